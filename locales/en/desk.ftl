# The desk: where members write, publish and read what reached their collective.

## Around every page of the desk
desk-field-poster = Poster { $n }
desk-field-poster-file = Choose a PDF
desk-field-poster-open = Look at what we keep of it
desk-field-poster-remove = Take this poster out
desk-field-poster-title = What is it?
desk-field-poster-title-hint = What people read before they open it: “Poster in A3, Arabic”. Needed before you publish.
desk-field-posters = Posters to print (PDF)
desk-field-posters-hint = Up to four PDFs of at most 16 pages. We write each one anew with nothing but what is drawn on its pages: author, program, dates, comments, links, forms, scripts and attached files aren't in it any more. Look at it once before you publish.
desk-inbox-pdf = PDF
desk-title = Desk
desk-nav = Desk of { $collective }
desk-nav-overview = Statements
desk-nav-write = Write
desk-nav-inbox = Inbox
desk-nav-followers = Followers
desk-nav-following = Following
desk-nav-other = Other collectives
desk-nav-quotes = Quotes
desk-nav-public = Public page
desk-back = Back to the text
desk-when = { $date }, { $time }
desk-error = { $reason }

## Choosing a collective
desk-choose = Your collectives
desk-choose-lead = Choose the collective that you want to write for.
desk-choose-none = You don't belong to a collective yet. A steward of this instance can add you to one.

## Overview of one collective
desk-overview-write = Write a statement
desk-overview-inbox = New in the inbox
desk-overview-inbox-none = Nothing new since you last looked.
desk-overview-inbox-all = Open the inbox
desk-overview-reach = { $followers ->
    [0] Nobody follows { $handle } yet.
    [one] { $followers } follower gets what you publish.
   *[other] { $followers } followers get what you publish.
}
desk-drafts = Drafts
desk-drafts-none = No drafts. A text that you begin is kept here until you publish it.
desk-scheduled = Scheduled
desk-published = Published
desk-published-none = Nothing published yet.
desk-withdrawn = Withdrawn
desk-untitled = Without a title
desk-draft-saved = Last saved { $time }
desk-draft-saved-by = Last saved { $time } by { $name }
desk-scheduled-for = Goes out { $time }
desk-published-at = Published { $time }
desk-published-version = Version { $version }, published { $time }
desk-unpublished-changes = has changes that aren't published
desk-withdrawn-at = Withdrawn { $time }
desk-item-edit = Edit
desk-item-delivery = Delivery
desk-authorize-follow = Follow
desk-authorize-heading = With which collective?
desk-authorize-lead = You came here from another server. Choose the collective that shall do it.
desk-authorize-none = You belong to no collective yet.
desk-authorize-nothing = There is no account and no post at this address.
desk-pin = Pin
desk-pin-help = Stands first on your page, and on your profile elsewhere. Five at most.
desk-pinned = Pinned
desk-pinned-done = It stands first on your page now.
desk-unpin = Unpin
desk-unpinned-done = It stands among the others again.

## The state of a statement, by word
desk-state-scheduled = Scheduled
desk-state-withdrawn = Withdrawn

## Writing
desk-write-heading = Write a statement
desk-edit-heading = Edit the statement
desk-edit-published-heading = Edit a published statement
desk-edit-published-note = This statement is public. What you change here is kept as a draft until you publish it as a new version. Everybody who boosted it on Mastodon is then told that it was edited, and the earlier versions stay readable on its page.
desk-edit-scheduled-note = This statement goes out { $time } ({ $zone }). What you save now goes out with it.
desk-answer-heading = Answer
desk-answer-note = Your answer is public. It reaches the author and your followers, and stands under the post for those who see it there.
desk-answer-to = You answer
desk-errors = Please look at these points. Nothing that you typed is lost.
desk-errors-unsaved = This hasn't been saved yet.
desk-errors-saved = Your text is saved as a draft.
desk-field-title = Title
desk-field-title-hint = One line that says what you stand for.
desk-field-summary = In short
desk-field-summary-hint = One to three sentences with the demand and the date. Servers that don't show long texts show this.
desk-field-body = Text
desk-field-body-hint = In Markdown; the help beside it shows all that you need.
desk-field-demands = Demands
desk-field-demands-hint = One per line. They are shown as a list after the text.
desk-field-contact = Contact
desk-field-contact-hint = How people can reach you about this text: an address, a phone number, a meeting. It is public.
desk-field-language = Language of the text
desk-field-language-hint = Mastodon shows it to people who read this language.
desk-field-language-none = Choose a language
desk-field-language-other = Another language
desk-field-language-other-hint = Its tag (BCP 47), for example “quc” or “pt-BR”. Goes before the choice above.
desk-field-hashtags = Hashtags
desk-field-hashtags-hint = Separated by spaces, with or without #.
desk-field-quote = Quote a post
desk-field-quote-hint = The address of a public post, here or on another server. Its author is asked. Until they agree, others see a link in place of the post. After publishing you can take the quote out, but not put another one in its place.
desk-field-mentions = Mentions
desk-field-mentions-hint = Addresses like @river@valley.example, one per line. They are told about the statement. We look each one up when you save.
desk-field-warning = Content warning
desk-field-warning-hint = Leave it empty if there is none. If you write one, Mastodon folds the whole text behind it.
desk-field-images = Images
desk-field-images-hint = Up to four, as JPEG, PNG, WebP or GIF. We draw each one anew, so that place, time and camera aren't in it any more.
desk-field-image = Image { $n }
desk-field-image-file = Choose an image
desk-field-image-replace = Put another one in its place
desk-field-image-alt = What does it show?
desk-field-image-alt-hint = For people who don't see it. Needed before you publish.
desk-field-image-remove = Take this image out
desk-field-form = How it is sent
desk-form-auto = Choose by length (recommended)
desk-form-auto-hint = Up to about 8,000 characters as a post, longer as an article.
desk-form-note = As a post
desk-form-note-hint = Mastodon shows the whole text with its images, folded when it is long.
desk-form-article = As an article
desk-form-article-hint = Mastodon shows the title, what you wrote under “In short”, and a link to the whole text here.
desk-form-fixed = It was published as { $form ->
    [article] an article
   *[note] a post
}; this can't change any more.
desk-more-fields = Contact, hashtags, mentions, warning
desk-required = needed to publish

## Short help for Markdown, beside the text
desk-help = How to write
desk-help-heading = A heading
desk-help-heading-example = ## What we ask for
desk-help-bold = Strong
desk-help-bold-example = We say **no**
desk-help-italic = With stress
desk-help-italic-example = It is *our* river
desk-help-link = A link
desk-help-link-example = [the report](https://valley.example/report)
desk-help-list = A list
desk-help-list-example = - bread
    - water
desk-help-quote = A quotation
desk-help-quote-example = > We stay.
desk-help-paragraph = An empty line begins a new paragraph.
desk-help-html = HTML isn't taken: it shows as you typed it.

## Buttons of the writing page
desk-save = Save
desk-pictures-lead = How your collective shows itself, here and on other servers.
desk-preview = Preview
desk-publish = Publish
desk-publish-version = Publish this version
desk-publish-now = Publish now
desk-schedule = Schedule
desk-schedule-change = Change the time
desk-unschedule = Don't send it out; keep it as a draft
desk-withdraw = Withdraw …
desk-history = Saved copies
desk-schedule-heading = Publish later
desk-schedule-date = Day
desk-schedule-time = Time
desk-schedule-zone = In your collective's time zone, { $zone }.
desk-saved-at = Saved at { $time }
desk-saved = Saved.
desk-autosave-failed = Couldn't be saved just now. Your text is still here; we try again.
desk-autosave-conflict = Somebody else saved this statement meanwhile. Press “Save” to see both texts.
desk-autosave-faults = Not saved by itself: something in the form needs a look. Press “Save” to see what.
desk-autosave-signed-out = You are signed out. Copy your text, then sign in again in another tab.
desk-unscheduled = It won't go out. It is a draft again.
desk-restored = The earlier copy is the current draft now. The one before it is still among the saved copies.

## Mentions
desk-quote-problem = The quoted post: { $reason }
desk-quote-nothing = we found no post at this address. Is there a slip in it?
desk-mention-found = found
desk-mention-unknown = not found yet
desk-mention-problem = { $handle }: { $reason }
desk-mention-nobody = there is nobody of this name. Is there a slip in it?
desk-mention-slow = their server didn't answer in time. Save again in a while.

## Preview
desk-preview-heading = Preview
desk-preview-own = On your own page
desk-preview-mastodon = How Mastodon will show it
desk-preview-notes = What is different there
desk-preview-notes-none = Nothing is lost on the way.
desk-preview-warning = Hidden behind the warning until readers press “Show more”.
desk-preview-demands = What we demand
desk-preview-contact = Contact
desk-preview-as-note = Sent as a post.
desk-preview-as-article = Sent as an article.

## Two people wrote at the same time
desk-conflict-heading = Somebody else saved this meanwhile
desk-conflict-lead = { $name } saved this statement { $time }, after you opened it. Below you see both. Your own text is in the form; nothing of it is lost. If you save now, yours becomes the current one and the other stays among the saved copies.
desk-conflict-somebody = Somebody
desk-conflict-theirs = What is saved now
desk-conflict-yours = What you wrote
desk-conflict-keep = Save mine
desk-conflict-take = Go on with theirs

## After a lost session or an old page
desk-token-old = This page was open for a long time, or you signed in anew. Your text is all here: please press the button once more.
desk-signed-out-heading = You are signed out
desk-signed-out-lead = Your text could not be saved, but it is all here. Copy what you need, sign in again, and put it back.
desk-signed-out-sign-in = Sign in

## Saved copies
desk-history-heading = Saved copies
desk-history-lead = Each time somebody saves, a copy is kept. You can look at each and take it up again.
desk-history-by-nobody = The command line
desk-history-autosaved = saved by itself
desk-history-current = current
desk-history-restore = Take this copy up again
desk-history-copy = Copy { $n }
desk-history-copy-lead = Saved { $time } by { $name }.

## Published, delivery
desk-delivery-heading = Published
desk-delivery-again-heading = Delivery
desk-delivery-address = Its address, for ever:
desk-delivery-reach = { $followers ->
    [0] Nobody follows { $collective } yet, so it is on your page alone. Tell people your address: { $handle }
    [one] { $followers } follower on { $servers ->
        [one] { $servers } server
       *[other] { $servers } servers
    } gets it.
   *[other] { $followers } followers on { $servers ->
        [one] { $servers } server
       *[other] { $servers } servers
    } get it.
}
desk-delivery-table = What has happened so far
desk-delivery-none = There is nothing to deliver.
desk-delivery-pending = waiting
desk-delivery-delivered = delivered
desk-delivery-refused = refused
desk-delivery-gone = no longer there
desk-delivery-given-up = given up
desk-delivery-sum-delivered = delivered
desk-delivery-sum-waiting = waiting
desk-delivery-sum-failed = not taken
desk-delivery-next = next try { $time }
desk-delivery-unreachable = Its server can't be reached just now.
desk-delivery-refresh = Look again
desk-delivery-explain = A server that is away gets it as soon as it is back; we keep trying for a week.
desk-delivery-open = Open the public page
desk-delivery-edit = Edit it

## Withdrawing
desk-withdraw-heading = Withdraw “{ $title }”
desk-withdraw-lead = The text goes away, here and on all servers that obey the request. At its address stays a page that says that it was withdrawn, when, and why. This can't be undone: the same statement can't be published again.
desk-withdraw-reason = Why?
desk-withdraw-reason-hint = Public, on the page that stays. A sentence is enough.
desk-withdraw-confirm = Withdraw it for good
desk-withdraw-cancel = Keep it

## Discarding
desk-discard = Discard …
desk-discard-heading = Discard this draft
desk-discard-lead = The text, its saved copies and its images are deleted for good. Nobody but the members of your collective has seen them.
desk-discard-confirm = Discard it for good
desk-discard-done = The draft is gone.
desk-discard-changes = Discard the changes …
desk-discard-changes-heading = Discard the changes
desk-discard-changes-lead = What you changed since the last published version goes. The statement itself stays as everybody sees it, and your changes stay among the saved copies.
desk-discard-changes-confirm = Discard the changes
desk-discard-changes-done = The text is again what everybody sees.

desk-withdrawn-heading = This statement was withdrawn
desk-withdrawn-reason = The reason given:

## Inbox
desk-inbox-heading = Inbox
desk-inbox-none = Nothing has arrived yet. When somebody follows, boosts, likes or answers, it stands here.
desk-inbox-none-kind = Nothing of this kind has arrived yet.
desk-inbox-none-older = There is nothing older.
desk-inbox-all = Everything
desk-inbox-filter = Show
desk-inbox-kind-follow = Follows
desk-inbox-kind-announce = Boosts
desk-inbox-kind-like = Likes
desk-inbox-kind-reply = Replies
desk-inbox-kind-mention = Mentions
desk-inbox-kind-post = Posts
desk-inbox-kind-quote = Quotes
desk-inbox-did-follow = follows you
desk-inbox-did-follow-pending = asks to follow you
desk-inbox-did-announce = boosted
desk-inbox-did-like = likes
desk-inbox-did-reply = answered
desk-inbox-did-mention = mentions you
desk-inbox-did-post = published
desk-inbox-did-quote = quotes
desk-inbox-new = new
desk-inbox-undone = taken back
desk-inbox-deleted = The author deleted it.
desk-inbox-open = Open it there
desk-inbox-picture = Picture
desk-inbox-video = Video
desk-inbox-audio = Recording
desk-inbox-file = File
desk-inbox-whole = Read it all
desk-inbox-answer = Answer
desk-inbox-answered = you answered
desk-inbox-answer-draft = you began an answer
desk-inbox-like = Like
desk-inbox-liked = liked by you
desk-inbox-unlike = Take the like back
desk-inbox-warning = Warning: { $warning }
desk-inbox-show = Show under the statement
desk-inbox-hide = Hide again
desk-inbox-shown = shown on your page
desk-inbox-hidden = only you see it
desk-inbox-boost = Boost
desk-inbox-boosted = boosted by you
desk-inbox-unboost = Take the boost back
desk-inbox-quote-unapproved = It quotes another post whose author hasn't agreed to that, as far as we could see. So there is only the link.
desk-inbox-read = Mark all as read
desk-inbox-private = not public
desk-inbox-address-heading = A post elsewhere
desk-inbox-address-lead = Paste the address of a public post to answer it, to tell its author that you like it, or to boost it to your followers.
desk-inbox-address-field = Address of the post
desk-inbox-address-nothing = We found no public post at this address.
desk-inbox-like-done = Its author is told that you like it.
desk-inbox-unlike-done = The like is taken back.
desk-inbox-boost-done = Boosted. Your followers get it.
desk-inbox-unboost-done = The boost is taken back.
desk-inbox-show-done = It is shown under the statement now.
desk-inbox-hide-done = It is hidden now.
desk-inbox-read-done = All is marked as read.

## Followers
desk-quotes-heading = Quotes
desk-quotes-lead = Who quotes a statement shows it inside a post of their own, with their own words. Servers that respect it show that only while you agree.
desk-quotes-theirs = Who quotes you
desk-quotes-theirs-none = Nobody has asked to quote you yet.
desk-quotes-all = All quotes
desk-quotes-of = of
desk-quotes-ours = What you quote
desk-quotes-ours-none = You quote nothing yet. On the writing page you can put in the address of a post.
desk-quotes-ours-waiting = The author was asked and hasn't answered yet. Others see a link for now.
desk-quotes-ours-granted = The author agrees. Others see the post inside your statement.
desk-quotes-ours-refused = The author doesn't agree. Your statement stays, with a link to the post.
desk-quotes-ours-revoked = The author took their consent back. Your statement stays, with a link to the post.
desk-quotes-ours-ended = The quote isn't in the statement any more.
desk-quotes-state-waiting = waiting for an answer
desk-quotes-state-granted = agreed
desk-quotes-state-refused = declined
desk-quotes-state-revoked = taken back
desk-quotes-state-ended = over
desk-quotes-accept = Let them quote
desk-quotes-decline = Decline
desk-quotes-revoke = Take consent back
desk-quotes-policy = Who may quote you
desk-quotes-policy-help = Holds for requests from now on. Statements that are public already tell other servers the rule of the day they were published, until you edit them.
desk-quotes-policy-legend = Without asking
desk-quotes-scope-everybody = Everybody
desk-quotes-scope-followers = Those who follow you
desk-quotes-scope-following = Those whom you follow
desk-quotes-scope-nobody = Nobody
desk-quotes-review = All others may ask, and you decide here
desk-quotes-policy-done = The rule is saved.
desk-quotes-accepted-done = They may quote it now.
desk-quotes-declined-done = Declined. They are told.
desk-quotes-revoked-done = Your consent is taken back. Their server is told.

desk-followers-heading = Followers
desk-followers-none = Nobody follows { $handle } yet.
desk-followers-waiting = Waiting for your answer
desk-followers-accept = Accept
desk-followers-reject = Refuse
desk-followers-remove = Remove
desk-followers-since = since { $time }
desk-followers-accepted-done = They follow you now.
desk-followers-rejected-done = Refused.
desk-followers-removed-done = They don't follow you any more.
desk-followers-hidden = The list isn't public; only the number is.

## Following
desk-following-heading = Following
desk-following-lead = What they publish comes into your inbox.
desk-following-none = You follow nobody yet.
desk-following-field = Address
desk-following-field-hint = Like @river@valley.example, or the address of a profile.
desk-following-nobody = We found nobody at this address. Is there a slip in it?
desk-following-follow = Follow
desk-following-unfollow = Unfollow
desk-following-pending = asked, no answer yet
desk-following-accepted = following
desk-following-rejected = refused
desk-following-done = Asked. It shows as “following” once they have accepted.
desk-following-unfollowed-done = You don't follow them any more.

## What Mastodon shows otherwise
mastodon-alt-missing = One of the images has no description: people who can't see it miss what it says.
mastodon-direction = Mastodon doesn't keep the writing direction. It finds it from the text itself, so begin each paragraph with a word of your language.
mastodon-folded = This text is long: after about 32 lines readers press “Read more”. Say what matters first.
mastodon-footnotes = Footnotes lose their links: the numbers stay in the text, the notes stand at its end.
mastodon-images-hidden = The images are covered until a reader opens them.
mastodon-images-many = Only the first four images are shown.
mastodon-link = Mastodon shows links to web addresses only. A mail address or telephone number stays as text.
mastodon-no-language = No language is set: people who chose their languages won't see this.
mastodon-not-shown = Mastodon doesn't show this at all.
mastodon-one-language = Only the first language is shown.
mastodon-picture = Pictures inside the text are lost. Attach them as images.
mastodon-rule = Lines between paragraphs are lost.
mastodon-summary-missing = This long text has no summary: people on Mastodon see its title and a link, nothing else.
mastodon-summary-only = This long text is shown as title, summary and link. Put the demand and the date into the summary.
mastodon-table = Tables become unreadable: use a list.
