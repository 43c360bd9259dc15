# What a collective says to everybody when it endorses, and what it asks its assembly. Each message here is text, never HTML.

companion-indicative = Our co-signature is indicative until our assembly ratifies it, by { $date }.
companion-lapsed = Our assembly didn't ratify this co-signature in time. It lapsed on { $date }.
companion-ratified = Our assembly stands behind it.
companion-title = We co-sign “{ $title }”
companion-title-over = We no longer co-sign “{ $title }”
companion-withdrawn = We withdrew our co-signature on { $date }.
mail-mandate-body = Your mandate for { $collective } ends on { $time }. If it should go on, put it before your assembly in time; what you do in its name afterwards becomes a proposal.
mail-mandate-body-office = Your mandate for { $collective }, “{ $office }”, ends on { $time }. If it should go on, put it before your assembly in time; what you do in its name afterwards becomes a proposal.
mail-mandate-subject = Your mandate for { $collective } ends soon (days: { $days })
mail-vote-body = The assembly of { $collective } decides until { $time }, and you haven’t said anything yet: “{ $question }” You can do it here: { $url }
mail-vote-subject = { $collective } asks you: { $question }
question-answer-endorsement-accept = Shall we let the co-signature of { $title } stand under our statement?
question-answer-endorsement-decline = Shall we decline the co-signature of { $title }?
question-answer-endorsement-revoke = Shall we take the co-signature of { $title } off our statement?
question-answer-quote-accept = Shall we let { $title } quote us?
question-answer-quote-decline = Shall we decline the quote by { $title }?
question-answer-quote-revoke = Shall we take back our yes to the quote by { $title }?
question-confirm = Shall our co-signature hold for the new text of “{ $title }” too?
question-endorse = Shall we co-sign “{ $title }”?
question-grant = Shall { $title } have a mandate for this: { $verbs }?
question-publish = Shall we publish “{ $title }”?
question-publish-version = Shall we publish the new version of “{ $title }”?
question-ratify = Shall we ratify our co-signature under “{ $title }”?
question-recall = Shall we recall the mandate of { $title }?
question-withdraw = Shall we withdraw our co-signature under “{ $title }”?
question-withdraw-statement = Shall we withdraw our statement “{ $title }”?
