# ما تقوله الجماعة للجميع حين تؤيد بيانًا، وما تسأل عنه جمعيتها. كل رسالة هنا نص لا HTML.

companion-indicative = توقيعنا مبدئي إلى أن تصادق عليه جمعيتنا، حتى { $date }.
companion-lapsed = لم تصادق جمعيتنا على هذا التوقيع في وقته، فسقط في { $date }.
companion-ratified = جمعيتنا تقف خلفه.
companion-title = نوقّع معكم على «{ $title }»
companion-title-over = لم نعد نوقّع على «{ $title }»
companion-withdrawn = سحبنا توقيعنا في { $date }.
mail-mandate-body = ينتهي تفويضكم عن { $collective } في { $time }. إن كان ينبغي أن يستمر فاعرضوه على جمعيتكم في الوقت المناسب؛ وما تفعلونه باسمها بعد ذلك يصبح اقتراحًا.
mail-mandate-body-office = ينتهي تفويضكم عن { $collective } («{ $office }») في { $time }. إن كان ينبغي أن يستمر فاعرضوه على جمعيتكم في الوقت المناسب؛ وما تفعلونه باسمها بعد ذلك يصبح اقتراحًا.
mail-mandate-subject = تفويضكم عن { $collective } ينتهي قريبًا (الأيام: { $days })
mail-vote-body = تقرر جمعية { $collective } حتى { $time }، ولم تقولوا شيئًا بعد: «{ $question }» يمكنكم ذلك هنا: { $url }
mail-vote-subject = { $collective } تسألكم: { $question }
question-answer-endorsement-accept = هل نقبل توقيع { $title } على بياننا؟
question-answer-endorsement-decline = هل نرفض توقيع { $title }؟
question-answer-endorsement-revoke = هل نزيل توقيع { $title } عن بياننا؟
question-answer-quote-accept = هل نسمح لـ{ $title } بالاقتباس منا؟
question-answer-quote-decline = هل نرفض اقتباس { $title }؟
question-answer-quote-revoke = هل نسحب موافقتنا على اقتباس { $title }؟
question-confirm = هل يشمل توقيعنا النص الجديد لبيان «{ $title }» أيضًا؟
question-endorse = هل نوقّع على «{ $title }»؟
question-grant = هل نفوّض { $title } بهذا: { $verbs }؟
question-publish = هل ننشر «{ $title }»؟
question-publish-version = هل ننشر النص الجديد لبيان «{ $title }»؟
question-ratify = هل نصادق على توقيعنا على «{ $title }»؟
question-recall = هل نسحب تفويض { $title }؟
question-withdraw = هل نسحب توقيعنا على «{ $title }»؟
question-withdraw-statement = هل نسحب بياننا «{ $title }»؟
