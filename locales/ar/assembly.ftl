# ما تقوله الجماعة للجميع حين تؤيد بيانًا، وما تسأل عنه جمعيتها. كل رسالة هنا نص لا HTML.

companion-indicative = توقيعنا مبدئي إلى أن تصادق عليه جمعيتنا، حتى { $date }.
companion-lapsed = لم تصادق جمعيتنا على هذا التوقيع في وقته، فسقط في { $date }.
companion-ratified = جمعيتنا تقف خلفه.
companion-title = نوقّع معكم على «{ $title }»
companion-title-over = لم نعد نوقّع على «{ $title }»
companion-withdrawn = سحبنا توقيعنا في { $date }.
question-confirm = هل يشمل توقيعنا النص الجديد لبيان «{ $title }» أيضًا؟
question-ratify = هل نصادق على توقيعنا على «{ $title }»؟
question-withdraw = هل نسحب توقيعنا على «{ $title }»؟
