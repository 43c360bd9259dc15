# Signing in, joining, the account, the setup in the browser.

account-sign-in = Sign in
account-sign-in-lead = For members of the collectives on { $site }.
account-sign-in-none = No account yet? A steward of this instance can send you an invitation.
account-name = Name
account-name-help = The name you sign in with. Other members here see it; it is never shown to readers and never leaves this server. It needn't be your legal name.
account-passphrase = Passphrase
account-passphrase-new = New passphrase
account-passphrase-current = Current passphrase
account-passphrase-help = At least twelve characters. Four or five words in a row are strong and easy to remember.
account-passphrase-repeat = The same once more
account-passphrase-change = Change the passphrase
account-passphrase-change-help = You stay signed in here and are signed out everywhere else.
account-forgotten = Forgotten your passphrase?
account-forgotten-steward = Ask a steward of this instance for a link. It lets you choose a new passphrase, works once and for an hour at most.
account-forgotten-help = If you left a mail address with your account, we send a link there.
account-forgotten-button = Send me a link
account-forgotten-asked = If there is such an account with a mail address, a link is on its way.
account-reset = Choose a new passphrase
account-reset-lead = Afterwards you are signed out everywhere else.
account-reset-button = Set the passphrase
account-mail = Mail address
account-mail-help = Only for a link when you forget your passphrase. Leave it empty and we know none.
account-mail-invitation-subject = Your invitation to { $site }
account-mail-invitation-body =
    Hello,

    { $site } invites you to write with them. Make your account here; the link works once, until { $time }:

    { $link }

    It is for you alone. If you know nothing of this, do nothing: your address isn't kept.
account-mail-reset-subject = A new passphrase for { $site }
account-mail-reset-body =
    Hello { $name },

    somebody, hopefully you, asked for a new passphrase for your account on { $site }.
    Choose one here; the link works once, for { $minutes } minutes:

    { $link }

    If it wasn't you, do nothing: your passphrase stays as it is.
account-code-title = One more step
account-code-lead = Type the code that your app shows now.
account-code = Code
account-code-help = Six digits. Each code works once.
account-code-lost = Lost the app? Ask a steward: they can turn the codes off at the server's command line.
account-join = Welcome
account-join-lead = Somebody invited you to { $site }. Choose a name and a passphrase, and you are in.
account-join-collective = Somebody invited you to write for { $collective } on { $site }. Choose a name and a passphrase, and you are in.
account-join-button = Make my account
account-title = My account
account-details = Language and mail
account-language = Language of the pages
account-language-help = For the pages you see and the mails you get.
account-save = Save
account-codes = Codes at sign-in
account-codes-lead = With codes, a stolen passphrase alone lets nobody in: at each sign-in you also type six digits that an app on your phone shows. Any app for one-time codes (TOTP) will do.
account-codes-on = Codes are on: signing in asks for one.
account-codes-none = Codes are off: the passphrase alone is enough.
account-codes-start = Set codes up
account-codes-scan = Scan this picture with your app:
account-codes-picture = A square code that holds the secret for your app
account-codes-type = Or type this into it:
account-codes-confirm = Turn codes on
account-codes-off-title = Turn codes off
account-codes-off-help = To be sure that it's you.
account-sessions = Where you are signed in
account-session-since = Since { $time }
account-session-seen = Last used { $time }
account-session-this = this one
account-sessions-end = Sign out everywhere else
account-sign-out = Sign out
account-sign-out-help = Signing out ends all your sessions, on other devices too.
account-done-passphrase = Your passphrase is changed. You are signed out everywhere else.
account-done-details = Saved.
account-done-sessions = You are signed out everywhere else.
account-done-codes-on = Codes are on from now on.
account-done-codes-off = Codes are off.
account-setup = Set up your instance
account-setup-lead = A few things, once. All but the domain can be changed later.
account-setup-local = This server runs in local mode: fine for trying out on one machine, never for the public network.
account-setup-instance = The instance
account-setup-name = Its name
account-setup-name-help = What stands at the top of every page.
account-setup-description = What it is, in a sentence or two
account-setup-domain = Its domain
account-setup-domain-help = Part of every address this instance gives out, so it can never be changed. Without https://.
account-setup-languages = Languages your readers use
account-setup-collective = The first collective
account-setup-collective-name = Its name
account-setup-collective-name-help = As readers know it.
account-setup-handle = Its handle
account-setup-handle-help = The short name before the @ by which others follow it from everywhere: letters a to z, digits and _. It can't be changed.
account-setup-language = The language it writes in
account-setup-member = You
account-setup-member-help = You become the first steward of this instance and a member of the first collective.
account-setup-button = Set it up
account-setup-done = Your instance is set up
account-setup-done-lead = Sign in at its own address:
