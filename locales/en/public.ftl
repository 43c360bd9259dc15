# Pages that everybody can read.

call-calendar = Add to my calendar
calls-calendar = These dates as a calendar, to subscribe to
home-kicker = Statements and calls
home-newest = Newest statements
home-empty = Nothing has been published yet.
home-collectives = Collectives here
home-follow = Each collective can be followed from Mastodon and other networks of the fediverse, or by feed. Its page says how.

about-privacy-heading = Reading here
about-privacy-trackers = No trackers, no adverts and no third parties: everything on these pages comes from this server alone.
about-privacy-logs = Your network address is neither stored nor logged.
about-privacy-cookies = Readers get no cookies. One is set only for signing in, and while a member is signed in.
about-privacy-members = Collectives speak here, not persons: which member wrote or published something never leaves this server.
about-privacy-public = Statements are public and travel to other servers; what was sent there can be withdrawn, but not always called back.
about-network-heading = Part of a network
about-network = This instance speaks ActivityPub. Its collectives can be followed, boosted and answered from other servers, and none of them needs a central platform.
about-software-heading = The program
about-software = Communard is free software under the AGPL: every collective may run, read, change and share it.
about-languages = Languages

waiting-heading = This instance is not set up yet
waiting-text = Whoever started it finds a link in its log that finishes the setup in a browser.

follow-heading = Follow
follow-help = On Mastodon or another network of the fediverse, paste this into the search:
interact-answer = Answer
interact-back = Back to where you were
interact-boost = Boost
interact-follow = Follow
interact-go = Go on
interact-going = You go on at your own server, { $server }.
interact-heading = From your own server
interact-help = Your account on Mastodon or a server like it. We ask your server where you can go on, and keep nothing.
interact-help-post = To boost or answer this with your account on Mastodon or a server like it. We keep nothing.
interact-server = Your address or server
follow-feed = Or take the feed (Atom)

collective-moved = This collective has moved. Its new account:
collective-tagged = Statements with #{ $tag }
collective-all = All statements
collective-contact = Contact
collective-others = All others
collective-pinned = Pinned
collective-write = Write to us
collective-website = Website
count-followers = { $count ->
    [one] { $count } follower
   *[other] { $count } followers
}
count-replies = { $count ->
    [one] { $count } reply
   *[other] { $count } replies
}

statement-kicker = Statement
statement-posters = To print
statement-warning = Content warning
statement-edited = edited on { $date };
statement-quotes = This statement quotes
statement-see-changes = see what changed
statement-demands = What we ask for
statement-contact = Contact:
statement-hashtags = Hashtags
statement-replies-help = Replies from other servers that the collective chose to show.
share-heading = Share this
share-help = To boost, like or reply, paste this address into the search of your own server:
figure-boosts = { $count ->
    [one] boost
   *[other] boosts
}
figure-likes = { $count ->
    [one] like
   *[other] likes
}
figures-help = Counted by this server, each one verified.

withdrawn-kicker = Withdrawn
withdrawn-on = { $collective } withdrew this statement on { $date }.
withdrawn-because = The reason given:
withdrawn-no-reason = No reason was given.
withdrawn-stays = The address stays, so that whoever follows an old link learns what happened.

versions-heading = Versions
versions-title = Versions of “{ $title }”
versions-help = Every version that was published stays readable.
version-number = Version { $n }
version-current = current
version-first = first version
version-legend = Compared with the version before:
version-added = added
version-removed = removed
version-now = To the statement

count-endorsements = { $count ->
    [one] { $count } endorsement
   *[other] { $count } endorsements
}
endorsement-state-earlier-version = of an earlier version
endorsement-state-indicative = indicative
endorsement-state-lapsed = lapsed
endorsement-state-ratified = ratified
endorsement-state-unverified = not to be verified now
endorsement-state-withdrawn = withdrawn
endorsements-help = Collectives endorse from their own servers, and an assembly ratifies what is indicative. Each endorsement is bound to this very text, and anybody can check it.
