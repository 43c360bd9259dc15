//! The tables as diesel sees them, for SQLite and PostgreSQL alike. Mirrors `migrations/`; only common column types.

diesel::table! {
    instance (id) {
        id -> Integer,
        domain -> Text,
        base_url -> Text,
        name -> Text,
        description -> Text,
        languages -> Text,
        set_up_at -> Timestamp,
    }
}

diesel::table! {
    actor_keys (id) {
        id -> Text,
        actor_uri -> Text,
        kind -> Text,
        key_uri -> Text,
        public_key -> Text,
        private_key -> Text,
        created_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    collectives (id) {
        id -> Text,
        handle -> Text,
        uri -> Text,
        name -> Text,
        summary -> Text,
        language -> Text,
        time_zone -> Text,
        website -> Nullable<Text>,
        contact -> Text,
        fields -> Text,
        also_known_as -> Text,
        icon_media_id -> Nullable<Text>,
        approve_followers -> Bool,
        hide_followers -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        quote_policy -> Text,
        review_quotes -> Bool,
        icon_alt -> Text,
        header_media_id -> Nullable<Text>,
        header_alt -> Text,
        moved_to -> Nullable<Text>,
        moved_at -> Nullable<Timestamp>,
        country -> Nullable<Text>,
    }
}

diesel::table! {
    members (id) {
        id -> Text,
        name -> Text,
        name_folded -> Text,
        passphrase_hash -> Text,
        mail -> Nullable<Text>,
        language -> Text,
        role -> Text,
        state -> Text,
        totp_secret -> Nullable<Text>,
        totp_confirmed_at -> Nullable<Timestamp>,
        totp_last_step -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    memberships (member_id, collective_id) {
        member_id -> Text,
        collective_id -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    tokens (id) {
        id -> Text,
        purpose -> Text,
        token_hash -> Text,
        member_id -> Nullable<Text>,
        collective_id -> Nullable<Text>,
        role -> Nullable<Text>,
        created_by -> Nullable<Text>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sessions (id_hash) {
        id_hash -> Text,
        member_id -> Text,
        csrf -> Text,
        stage -> Text,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    media (id) {
        id -> Text,
        collective_id -> Text,
        file_name -> Text,
        media_type -> Text,
        width -> Integer,
        height -> Integer,
        bytes -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    statements (id) {
        id -> Text,
        collective_id -> Text,
        uri -> Text,
        state -> Text,
        form -> Text,
        in_reply_to -> Nullable<Text>,
        version -> Integer,
        created_by -> Nullable<Text>,
        created_at -> Timestamp,
        scheduled_at -> Nullable<Timestamp>,
        published_at -> Nullable<Timestamp>,
        updated_at -> Timestamp,
        withdrawn_at -> Nullable<Timestamp>,
        withdrawn_reason -> Nullable<Text>,
        scheduled_by -> Nullable<Text>,
    }
}

diesel::table! {
    drafts (statement_id, n) {
        statement_id -> Text,
        n -> Integer,
        content -> Text,
        saved_by -> Nullable<Text>,
        saved_at -> Timestamp,
        autosaved -> Bool,
    }
}

diesel::table! {
    statement_versions (statement_id, n) {
        statement_id -> Text,
        n -> Integer,
        kind -> Text,
        title -> Text,
        language -> Text,
        content -> Text,
        html -> Text,
        object_json -> Text,
        digest -> Text,
        published_at -> Timestamp,
        published_by -> Nullable<Text>,
    }
}

diesel::table! {
    remote_actors (id) {
        id -> Text,
        uri -> Text,
        host -> Text,
        kind -> Text,
        username -> Text,
        handle_host -> Text,
        name -> Text,
        summary -> Text,
        url -> Nullable<Text>,
        inbox -> Text,
        shared_inbox -> Nullable<Text>,
        outbox -> Nullable<Text>,
        followers -> Nullable<Text>,
        icon_url -> Nullable<Text>,
        also_known_as -> Text,
        moved_to -> Nullable<Text>,
        keys -> Text,
        manually_approves -> Bool,
        fetched_at -> Timestamp,
        key_refetched_at -> Nullable<Timestamp>,
        gone_at -> Nullable<Timestamp>,
        country -> Nullable<Text>,
    }
}

diesel::table! {
    followers (collective_id, actor_uri) {
        collective_id -> Text,
        actor_uri -> Text,
        activity_uri -> Text,
        activity_json -> Text,
        inbox -> Text,
        shared_inbox -> Nullable<Text>,
        state -> Text,
        since -> Timestamp,
    }
}

diesel::table! {
    following (collective_id, actor_uri) {
        collective_id -> Text,
        actor_uri -> Text,
        activity_uri -> Text,
        state -> Text,
        since -> Timestamp,
    }
}

diesel::table! {
    remote_posts (id) {
        id -> Text,
        uri -> Text,
        actor_uri -> Text,
        kind -> Text,
        visibility -> Text,
        title -> Text,
        content_warning -> Text,
        html -> Text,
        url -> Nullable<Text>,
        language -> Nullable<Text>,
        in_reply_to -> Nullable<Text>,
        published -> Timestamp,
        updated -> Nullable<Timestamp>,
        received_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
        attachments -> Text,
        quote_uri -> Nullable<Text>,
        quote_stamp -> Nullable<Text>,
        quote_approved -> Bool,
        quote_checked_at -> Nullable<Timestamp>,
        event -> Nullable<Text>,
    }
}

diesel::table! {
    inbox_items (id) {
        id -> Text,
        collective_id -> Text,
        kind -> Text,
        actor_uri -> Text,
        activity_uri -> Nullable<Text>,
        object_uri -> Nullable<Text>,
        post_id -> Nullable<Text>,
        received_at -> Timestamp,
        shown -> Bool,
        read_at -> Nullable<Timestamp>,
        undone_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    consents (id) {
        id -> Text,
        kind -> Text,
        state -> Text,
        object_uri -> Text,
        target_uri -> Text,
        asker_uri -> Text,
        author_uri -> Text,
        asker_id -> Nullable<Text>,
        author_id -> Nullable<Text>,
        inbox -> Text,
        request_uri -> Text,
        stamp_uri -> Nullable<Text>,
        post_id -> Nullable<Text>,
        asked_at -> Timestamp,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<Text>,
    }
}

diesel::table! {
    boosts (collective_id, object_uri) {
        collective_id -> Text,
        object_uri -> Text,
        activity_uri -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    likes (collective_id, object_uri) {
        collective_id -> Text,
        object_uri -> Text,
        activity_uri -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    received_activities (digest) {
        digest -> Text,
        received_at -> Timestamp,
    }
}

diesel::table! {
    reports (id) {
        id -> Text,
        actor_uri -> Text,
        content -> Text,
        objects -> Text,
        received_at -> Timestamp,
        resolved_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    blocks (subject) {
        subject -> Text,
        kind -> Text,
        reason -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    blocked_by (collective_id, actor_uri) {
        collective_id -> Text,
        actor_uri -> Text,
        activity_uri -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    activities (seq) {
        seq -> BigInt,
        uri -> Text,
        actor_uri -> Text,
        kind -> Text,
        object_uri -> Text,
        public -> Bool,
        json -> Text,
        signing_key_id -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    deliveries (id) {
        id -> BigInt,
        activity_seq -> BigInt,
        inbox -> Text,
        host -> Text,
        object_uri -> Text,
        state -> Text,
        attempts -> Integer,
        next_at -> Timestamp,
        claimed_until -> Nullable<Timestamp>,
        tried_at -> Nullable<Timestamp>,
        last_status -> Nullable<Integer>,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
        done_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    peers (host) {
        host -> Text,
        failing_since -> Nullable<Timestamp>,
        failures -> Integer,
        failing_days -> Integer,
        last_failing_day -> Nullable<Text>,
        next_at -> Nullable<Timestamp>,
        retry_after -> Nullable<Timestamp>,
        dormant_at -> Nullable<Timestamp>,
        signature -> Text,
        software -> Nullable<Text>,
        last_seen_at -> Nullable<Timestamp>,
        last_delivered_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        signature_learned_at -> Nullable<Timestamp>,
        woken_at -> Nullable<Timestamp>,
        software_asked_at -> Nullable<Timestamp>,
        shows_events -> Nullable<Bool>,
    }
}

diesel::table! {
    calls (statement_id) {
        statement_id -> Text,
        collective_id -> Text,
        begins_at -> Timestamp,
        ends_at -> Timestamp,
        public -> Bool,
        next_begins_at -> Timestamp,
        next_ends_at -> Timestamp,
        city_id -> Nullable<Integer>,
    }
}

diesel::table! {
    actions (id) {
        id -> Text,
        uri -> Text,
        organiser_uri -> Text,
        organiser_id -> Nullable<Text>,
        call_uri -> Text,
        statement_id -> Nullable<Text>,
        call_title -> Text,
        author_uri -> Text,
        content -> Text,
        begins_at -> Timestamp,
        author_state -> Text,
        stamp_uri -> Nullable<Text>,
        seen -> Nullable<Text>,
        question -> Nullable<Text>,
        created_by -> Nullable<Text>,
        published -> Timestamp,
        updated -> Timestamp,
        received_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
        day -> Text,
        country -> Text,
        spot -> Text,
        town -> Text,
        status -> Text,
    }
}

diesel::table! {
    action_reports (uri) {
        uri -> Text,
        action_uri -> Text,
        statement_id -> Nullable<Text>,
        post_id -> Nullable<Text>,
        least -> Nullable<Integer>,
        most -> Nullable<Integer>,
        published -> Timestamp,
    }
}

diesel::table! {
    call_faces (statement_id, host) {
        statement_id -> Text,
        host -> Text,
        face -> Text,
    }
}

diesel::table! {
    reminders (subject_uri, kind) {
        subject_uri -> Text,
        kind -> Text,
        sent_at -> Timestamp,
    }
}

diesel::table! {
    action_faces (action_id, host) {
        action_id -> Text,
        host -> Text,
        face -> Text,
    }
}

diesel::table! {
    pins (statement_id) {
        statement_id -> Text,
        collective_id -> Text,
        pinned_at -> Timestamp,
    }
}

diesel::table! {
    relays (id) {
        id -> Text,
        style -> Text,
        address -> Text,
        inbox -> Text,
        actor_uri -> Nullable<Text>,
        state -> Text,
        follow_uri -> Text,
        followed_by -> Nullable<Text>,
        asked_at -> Timestamp,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::joinable!(pins -> statements (statement_id));

diesel::table! {
    endorsements (id) {
        id -> Text,
        uri -> Text,
        endorser_uri -> Text,
        endorser_id -> Nullable<Text>,
        statement_id -> Nullable<Text>,
        statement_uri -> Text,
        author_uri -> Text,
        title -> Text,
        state -> Text,
        sequence -> Integer,
        digest -> Text,
        ratify_by -> Nullable<Timestamp>,
        published -> Timestamp,
        updated -> Timestamp,
        received_at -> Timestamp,
        document -> Text,
        author_state -> Text,
        stamp_uri -> Nullable<Text>,
        companion_uri -> Nullable<Text>,
        companion_id -> Nullable<Text>,
        equivocal -> Bool,
        erased_at -> Nullable<Timestamp>,
        basis -> Nullable<Text>,
        created_by -> Nullable<Text>,
        text_digest -> Text,
        checked_at -> Nullable<Timestamp>,
        next_check_at -> Nullable<Timestamp>,
        fault -> Nullable<Text>,
        fault_since -> Nullable<Timestamp>,
        reason -> Nullable<Text>,
        asked_at -> Nullable<Timestamp>,
        register -> Bool,
    }
}

diesel::table! {
    kept_endorsements (endorsement_id) {
        endorsement_id -> Text,
        kept_at -> Timestamp,
    }
}

diesel::table! {
    endorsement_claims (endorsement_uri, sequence, fingerprint) {
        endorsement_uri -> Text,
        sequence -> Integer,
        fingerprint -> Text,
        state -> Text,
        digest -> Text,
        ratify_by -> Nullable<Timestamp>,
        document -> Text,
        received_at -> Timestamp,
    }
}

diesel::table! {
    endorsed_texts (statement_uri, digest) {
        statement_uri -> Text,
        digest -> Text,
        title -> Text,
        html -> Text,
        language -> Nullable<Text>,
        kept_at -> Timestamp,
    }
}

diesel::table! {
    endorsement_policies (collective_id, subject) {
        collective_id -> Text,
        subject -> Text,
        verdict -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    assembly_rules (collective_id) {
        collective_id -> Text,
        rules -> Text,
    }
}

diesel::table! {
    decisions (id) {
        id -> Text,
        collective_id -> Text,
        question -> Text,
        explanation -> Text,
        effect -> Text,
        rules -> Text,
        stage -> Text,
        vote_by -> Nullable<Text>,
        opened_by -> Nullable<Text>,
        opened_at -> Timestamp,
        closes_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
        outcome -> Nullable<Text>,
        tally -> Text,
        first_tally -> Nullable<Text>,
        electorate -> Integer,
        minutes -> Nullable<Text>,
        entered_by -> Nullable<Text>,
        confirmed_by -> Nullable<Text>,
        unconfirmed -> Bool,
        failure -> Nullable<Text>,
        reminded_at -> Nullable<Timestamp>,
        photo -> Nullable<Text>,
    }
}

diesel::table! {
    decision_electorate (decision_id, member_id) {
        decision_id -> Text,
        member_id -> Text,
    }
}

diesel::table! {
    ballots (decision_id, stage, member_id) {
        decision_id -> Text,
        stage -> Text,
        member_id -> Text,
        choice -> Text,
    }
}

diesel::table! {
    decision_comments (id) {
        id -> Text,
        decision_id -> Text,
        member_id -> Nullable<Text>,
        text -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    mandates (id) {
        id -> Text,
        collective_id -> Text,
        terms -> Text,
        until_at -> Timestamp,
        granted_at -> Timestamp,
        decision_id -> Nullable<Text>,
        warned -> Nullable<Integer>,
        recalled_at -> Nullable<Timestamp>,
        recalled_by -> Nullable<Text>,
    }
}

diesel::table! {
    mandate_holders (mandate_id, member_id) {
        mandate_id -> Text,
        member_id -> Text,
    }
}

diesel::table! {
    recall_wishes (mandate_id, member_id) {
        mandate_id -> Text,
        member_id -> Text,
    }
}

diesel::table! {
    draws (id) {
        id -> Text,
        collective_id -> Text,
        purpose -> Text,
        lot -> Text,
        seed -> Nullable<Text>,
        drawn -> Nullable<Text>,
        tickets -> Text,
        created_at -> Timestamp,
        drawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    proposed_actions (id) {
        id -> Text,
        statement_id -> Text,
        content -> Text,
        mail -> Nullable<Text>,
        language -> Text,
        token_hash -> Text,
        state -> Text,
        action_id -> Nullable<Text>,
        ends_at -> Timestamp,
        created_at -> Timestamp,
        decided_at -> Nullable<Timestamp>,
        told_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    calendar_events (collective_id, uid) {
        collective_id -> Text,
        uid -> Text,
        statement_id -> Text,
        sequence -> Integer,
        digest -> Text,
        copy -> Integer,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    instance,
    actor_keys,
    collectives,
    members,
    memberships,
    tokens,
    sessions,
    media,
    statements,
    drafts,
    statement_versions,
    remote_actors,
    followers,
    following,
    remote_posts,
    inbox_items,
    consents,
    boosts,
    likes,
    pins,
    received_activities,
    relays,
    reports,
    blocks,
    blocked_by,
    activities,
    deliveries,
    peers,
    calendar_events,
    calls,
    actions,
    action_reports,
    call_faces,
    action_faces,
    reminders,
    proposed_actions,
    endorsements,
    endorsement_claims,
    endorsement_policies,
    endorsed_texts,
    kept_endorsements,
    assembly_rules,
    decisions,
    decision_electorate,
    ballots,
    decision_comments,
    mandates,
    mandate_holders,
    recall_wishes,
    draws,
);

diesel::joinable!(memberships -> members (member_id));
diesel::joinable!(memberships -> collectives (collective_id));
diesel::joinable!(sessions -> members (member_id));
diesel::joinable!(statements -> collectives (collective_id));
diesel::joinable!(proposed_actions -> statements (statement_id));
diesel::joinable!(deliveries -> activities (activity_seq));
diesel::joinable!(inbox_items -> remote_posts (post_id));
