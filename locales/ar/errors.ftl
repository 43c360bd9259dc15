# Why something can't be taken or done, said to the person who tried. One line each, alphabetical.
error-aliases-many = هذه عناوين أخرى أكثر مما يمكننا حفظه: عشرة على الأكثر.
error-already-published = إنه منشور من قبل.
error-already-set-up = هذا الخادم مُعَدٌّ من قبل.
error-alt-empty = من فضلكم صِفوا كل صورة لمن لا يستطيع رؤيتها.
error-alt-long = وصف الصورة طويل جدًا: ١٥٠٠ حرف على الأكثر.
error-body-empty = النص ما زال فارغًا.
error-body-long = النص طويل جدًا: ٢٠٠٬٠٠٠ حرف على الأكثر.
error-busy = الخادم مشغول الآن. لم يضع شيء: من فضلكم حاولوا مرة أخرى بعد لحظة.
error-changed-meanwhile = غيّره شخص آخر في اللحظة نفسها. من فضلكم راجعوه مرة أخرى.
error-contact-long = بيانات التواصل طويلة جدًا: ٣٠٠ حرف على الأكثر.
error-demand-long = أحد المطالب طويل جدًا: ٥٠٠ حرف على الأكثر.
error-demands-many = المطالب كثيرة: ٢٠ مطلبًا على الأكثر.
error-description-long = الوصف طويل جدًا: ٥٠٠٠ حرف على الأكثر.
error-domain-empty = من فضلكم اكتبوا اسم النطاق الذي يُعرف به هذا الخادم.
error-domain-form = هذا ليس اسم نطاق. يُكتب مثل river.example، دون https:// ودون مسار.
error-domain-port = اسم النطاق في وضع التشغيل الفعلي لا يحمل رقم منفذ.
error-field-long = أحد سطور التعريف طويل جدًا: ٢٥٥ حرفًا على الأكثر.
error-fields-many = هذه سطور أكثر مما يتسع له التعريف: ثمانية على الأكثر.
error-follow-no-inbox = لا يمكن متابعة هذا الحساب: خادمه لا يذكر عنوانًا نرسل إليه.
error-follow-same-instance = الجماعتان على هذا الخادم نفسه، فلا حاجة إلى المتابعة.
error-handle-empty = من فضلكم اختاروا معرّفًا: الاسم القصير الذي يسبق علامة @.
error-handle-form = المعرّف يتكوّن من الحروف a إلى z والأرقام، وبينها _ . - فقط.
error-handle-long = المعرّف طويل جدًا: ٣٠ حرفًا على الأكثر.
error-handle-reserved = هذه الكلمة محجوزة للخادم نفسه. من فضلكم اختاروا معرّفًا آخر.
error-handle-taken = هناك جماعة أخرى هنا تحمل هذا المعرّف.
error-hashtag-long = أحد الوسوم طويل جدًا: ٦٠ حرفًا على الأكثر.
error-hashtags-many = الوسوم كثيرة: ٢٠ وسمًا على الأكثر.
error-heading-busy = لحظة من فضلكم
error-heading-failed = تعطّل شيء عندنا
error-heading-forbidden = هذا ليس متاحًا لكم
error-heading-not-found = لا شيء هنا
error-heading-refused = لم ينجح ذلك
error-image-gone = إحدى الصور لم تعد موجودة هنا. من فضلكم أضيفوها من جديد.
error-images-many = أربع صور على الأكثر: الخوادم الأخرى تُسقط ما زاد.
error-internal = تعطّل شيء عندنا وقد سجّلناه. من فضلكم حاولوا مرة أخرى لاحقًا.
error-language = لا نعرف رمز اللغة هذا. يُكتب مثل en أو ar أو pt-BR.
error-language-empty = من فضلكم حدّدوا اللغة.
error-malformed = لم يفهم الخادم هذا الطلب.
error-mention-unresolved = لم نعثر على أحد الحسابات المذكورة. من فضلكم تحققوا من عنوانه.
error-mentions-many = الإشارات كثيرة: ٥٠ إشارة على الأكثر.
error-name-empty = من فضلكم اكتبوا اسمًا.
error-name-long = الاسم طويل جدًا: ١٠٠ حرف على الأكثر.
error-not-for-peers = هذا متاح لأعضاء هذه الجماعة فقط.
error-not-found = ربما في العنوان خطأ، أو لم تكن الصفحة هنا قط.
error-not-published = لم يُنشر بعد، فلا شيء يُسحب.
error-not-scheduled = لم يعد مجدولًا.
error-reason-empty = من فضلكم اذكروا السبب: سيبقى ظاهرًا في صفحة البيان.
error-reason-long = السبب طويل جدًا: ٢٠٠٠ حرف على الأكثر.
error-schedule-past = هذا الوقت مضى. من فضلكم اختاروا وقتًا لم يأتِ بعد.
error-stewards-only = هذا متاح للقائمين على هذا الخادم فقط.
error-summary-long = الملخص طويل جدًا: ٢٠٠٠ حرف على الأكثر.
error-time-zone = لا نعرف هذه المنطقة الزمنية. تُكتب مثل Africa/Cairo.
error-title-empty = العنوان ما زال فارغًا.
error-title-long = العنوان طويل جدًا: ٣٠٠ حرف على الأكثر.
error-too-many = { $seconds ->
    [zero] محاولات كثيرة في وقت واحد. يمكنكم المحاولة الآن.
    [one] محاولات كثيرة في وقت واحد. من فضلكم انتظروا ثانية.
    [two] محاولات كثيرة في وقت واحد. من فضلكم انتظروا ثانيتين.
    [few] محاولات كثيرة في وقت واحد. من فضلكم انتظروا { $seconds } ثوانٍ.
   *[other] محاولات كثيرة في وقت واحد. من فضلكم انتظروا { $seconds } ثانية.
}
error-upstream = خادم آخر لم يقم بدوره: { $detail }
error-warning-long = تحذير المحتوى طويل جدًا: ٣٠٠ حرف على الأكثر.
error-website = هذا ليس عنوان ويب يمكن الربط إليه. يُكتب مثل https://river.example.
error-withdrawn = هذا البيان مسحوب، وذلك نهائي.
