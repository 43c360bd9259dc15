# المكتب: حيث يكتب الأعضاء وينشرون ويقرؤون ما وصل إلى مجموعتهم.

## Around every page of the desk
desk-field-poster = الملصق { $n }
desk-field-poster-file = اختيار ملف PDF
desk-field-poster-open = معاينة ما نحتفظ به منه
desk-field-poster-remove = حذف هذا الملصق
desk-field-poster-title = ما هو؟
desk-field-poster-title-hint = ما يقرؤه الناس قبل فتحه: «ملصق بقياس A3 بالعربية». لا بد منه قبل النشر.
desk-field-posters = ملصقات للطباعة (PDF)
desk-field-posters-hint = حتى أربعة ملفات PDF، لا يزيد كل منها على 16 صفحة. نكتب كل ملف من جديد ولا نُبقي إلا ما هو مرسوم على صفحاته: فلا يبقى فيه كاتب ولا برنامج ولا تواريخ ولا تعليقات ولا روابط ولا استمارات ولا نصوص برمجية ولا ملفات مرفقة. ألقوا نظرة عليه قبل النشر.
desk-inbox-pdf = ملف PDF
desk-title = المكتب
desk-nav = مكتب { $collective }
desk-nav-overview = البيانات
desk-nav-write = كتابة
desk-nav-inbox = الوارد
desk-nav-followers = المتابعون
desk-nav-following = نتابعهم
desk-nav-other = مجموعات أخرى
desk-nav-quotes = الاقتباسات
desk-nav-public = الصفحة العامة
desk-back = العودة إلى النص
desk-when = { $date }، { $time }
desk-error = { $reason }

## Choosing a collective
desk-choose = مجموعاتكم
desk-choose-lead = اختاروا المجموعة التي تريدون أن تكتبوا باسمها.
desk-choose-none = لا تنتمون إلى أي مجموعة بعد. يستطيع أحد القائمين على هذا الخادم أن يضيفكم إلى إحداها.

## Overview of one collective
desk-overview-write = كتابة بيان
desk-overview-inbox = الجديد في الوارد
desk-overview-inbox-none = لا جديد منذ آخر زيارة لكم.
desk-overview-inbox-all = فتح الوارد
desk-overview-reach = { $followers ->
    [0] لا أحد يتابع { $handle } بعد.
    [zero] لا أحد يتابع { $handle } بعد.
    [one] متابع واحد يصله ما تنشرونه.
    [two] متابعان يصلهما ما تنشرونه.
    [few] { $followers } متابعين يصلهم ما تنشرونه.
    [many] { $followers } متابعًا يصلهم ما تنشرونه.
   *[other] { $followers } متابع يصلهم ما تنشرونه.
}
desk-drafts = المسودات
desk-drafts-none = لا مسودات. كل نص تبدؤون به يُحفظ هنا حتى تنشروه.
desk-scheduled = المجدولة
desk-published = المنشورة
desk-published-none = لم يُنشر شيء بعد.
desk-withdrawn = المسحوبة
desk-untitled = بلا عنوان
desk-draft-saved = آخر حفظ { $time }
desk-draft-saved-by = آخر حفظ { $time } بيد { $name }
desk-scheduled-for = يصدر { $time }
desk-published-at = نُشر { $time }
desk-published-version = النسخة { $version }، نُشرت { $time }
desk-unpublished-changes = فيه تعديلات لم تُنشر
desk-withdrawn-at = سُحب { $time }
desk-item-edit = تحرير
desk-item-delivery = التسليم
desk-authorize-follow = متابعة
desk-authorize-heading = باسم أيّ جماعة؟
desk-authorize-lead = وصلتم من خادم آخر. اختاروا الجماعة التي ستفعل ذلك.
desk-authorize-none = لستم في أي جماعة بعد.
desk-authorize-nothing = لا يوجد حساب ولا منشور في هذا العنوان.
desk-pin = تثبيت
desk-pin-help = يظهر أولاً في صفحتكم وفي ملفكم على الخوادم الأخرى. خمسة على الأكثر.
desk-pinned = مثبّت
desk-pinned-done = صار في أول صفحتكم الآن.
desk-unpin = إلغاء التثبيت
desk-unpinned-done = عاد بين سائر البيانات.

## The state of a statement, by word
desk-state-scheduled = مجدول
desk-state-withdrawn = مسحوب

## Writing
desk-write-heading = كتابة بيان
desk-edit-heading = تحرير البيان
desk-edit-published-heading = تحرير بيان منشور
desk-edit-published-note = هذا البيان منشور. ما تغيّرونه هنا يبقى مسودة حتى تنشروه نسخةً جديدة. عندها يُبلَّغ كل من أعاد نشره على ماستودون بأنه عُدِّل، وتبقى النسخ السابقة مقروءة في صفحته.
desk-edit-scheduled-note = يصدر هذا البيان { $time } ({ $zone }). وما تحفظونه الآن يصدر معه.
desk-answer-heading = رد
desk-answer-note = ردكم علني. يصل إلى صاحب المنشور وإلى متابعيكم، ويظهر تحت المنشور لمن يراه هناك.
desk-answer-to = تردون على
desk-errors = من فضلكم انظروا في هذه النقاط. لم يضع شيء مما كتبتموه.
desk-errors-unsaved = لم يُحفظ هذا بعد.
desk-errors-saved = نصكم محفوظ مسودةً.
desk-field-title = العنوان
desk-field-title-hint = سطر واحد يقول ما تقفون من أجله.
desk-field-summary = باختصار
desk-field-summary-hint = جملة إلى ثلاث جمل فيها المطلب والتاريخ. تعرضها الخوادم التي لا تعرض النصوص الطويلة.
desk-field-body = النص
desk-field-body-hint = بصيغة ماركداون؛ وفي المساعدة المجاورة كل ما تحتاجونه.
desk-field-demands = المطالب
desk-field-demands-hint = مطلب في كل سطر. تُعرض قائمةً بعد النص.
desk-field-contact = للتواصل
desk-field-contact-hint = كيف يصل الناس إليكم بشأن هذا النص: عنوان أو هاتف أو موعد اجتماع. هذا الحقل علني.
desk-field-language = لغة النص
desk-field-language-hint = يعرضه ماستودون لمن يقرأ هذه اللغة.
desk-field-language-none = اختاروا لغة
desk-field-language-other = لغة أخرى
desk-field-language-other-hint = رمزها (BCP 47)، مثل “quc” أو “pt-BR”. يُقدَّم على الاختيار أعلاه.
desk-field-hashtags = الوسوم
desk-field-hashtags-hint = تفصل بينها مسافات، مع # أو بدونها.
desk-field-quote = اقتباس منشور
desk-field-quote-hint = عنوان منشور عام، هنا أو على خادم آخر. نسأل كاتبه. إلى أن يوافق يرى الآخرون رابطًا مكان المنشور. بعد النشر يمكنكم حذف الاقتباس، لا وضع غيره مكانه.
desk-field-mentions = الإشارات
desk-field-mentions-hint = عناوين مثل @river@valley.example، عنوان في كل سطر. يُبلَّغ أصحابها بالبيان. نبحث عن كل عنوان عند الحفظ.
desk-field-warning = تحذير من المحتوى
desk-field-warning-hint = اتركوه فارغًا إن لم يكن هناك تحذير. وإن كتبتموه طوى ماستودون النص كله خلفه.
desk-field-images = الصور
desk-field-images-hint = حتى أربع صور بصيغة JPEG أو PNG أو WebP أو GIF. نعيد رسم كل صورة، فلا يبقى فيها مكان ولا وقت ولا نوع آلة التصوير.
desk-field-image = الصورة { $n }
desk-field-image-file = اختيار صورة
desk-field-image-replace = وضع غيرها مكانها
desk-field-image-alt = ماذا تُظهر الصورة؟
desk-field-image-alt-hint = لمن لا يراها. لا بد منه قبل النشر.
desk-field-image-remove = حذف هذه الصورة
desk-field-form = كيف يُرسل
desk-form-auto = بحسب الطول (وهو الأنسب)
desk-form-auto-hint = منشورًا حتى نحو ٨٠٠٠ حرف، وما زاد فمقالًا.
desk-form-note = منشورًا
desk-form-note-hint = يعرض ماستودون النص كله مع صوره، مطويًا إن طال.
desk-form-article = مقالًا
desk-form-article-hint = يعرض ماستودون العنوان وما كتبتموه في «باختصار» ورابطًا إلى النص كله هنا.
desk-form-fixed = { $form ->
    [article] نُشر مقالًا
   *[note] نُشر منشورًا
}، ولا يمكن تغيير ذلك بعد الآن.
desk-more-fields = التواصل والوسوم والإشارات والتحذير
desk-required = لا بد منه للنشر

## Short help for Markdown, beside the text
desk-help = كيف تكتبون
desk-help-heading = عنوان فرعي
desk-help-heading-example = ## ما نطالب به
desk-help-bold = نص بارز
desk-help-bold-example = نقول **لا**
desk-help-italic = تشديد
desk-help-italic-example = إنه *نهرنا*
desk-help-link = رابط
desk-help-link-example = [التقرير](https://valley.example/report)
desk-help-list = قائمة
desk-help-list-example = - خبز
    - ماء
desk-help-quote = اقتباس
desk-help-quote-example = > نحن باقون.
desk-help-paragraph = سطر فارغ يبدأ فقرة جديدة.
desk-help-html = لا تُقبل شيفرة HTML: تظهر كما كُتبت.

## Buttons of the writing page
desk-save = حفظ
desk-pictures-lead = كيف تظهر مجموعتكم، هنا وعلى الخوادم الأخرى.
desk-preview = معاينة
desk-publish = نشر
desk-publish-version = نشر هذه النسخة
desk-publish-now = النشر الآن
desk-schedule = جدولة
desk-schedule-change = تغيير الموعد
desk-unschedule = عدم الإرسال وإبقاؤه مسودة
desk-withdraw = سحب البيان…
desk-history = النسخ المحفوظة
desk-schedule-heading = النشر لاحقًا
desk-schedule-date = اليوم
desk-schedule-time = الساعة
desk-schedule-zone = بتوقيت مجموعتكم، { $zone }.
desk-saved-at = حُفظ في { $time }
desk-saved = حُفظ.
desk-autosave-failed = تعذّر الحفظ الآن. نصكم ما زال هنا، وسنحاول مرة أخرى.
desk-autosave-conflict = حفظ شخص آخر هذا البيان في هذه الأثناء. اضغطوا «حفظ» لتروا النصين.
desk-autosave-faults = لم يُحفظ تلقائيًا: في الاستمارة ما يحتاج إلى نظرة. اضغطوا «حفظ» لتروا ما هو.
desk-autosave-signed-out = انتهت جلستكم. انسخوا نصكم ثم سجّلوا الدخول من جديد في نافذة أخرى.
desk-unscheduled = لن يُرسل. عاد مسودةً.
desk-restored = النسخة السابقة هي المسودة الحالية الآن. والتي كانت قبلها باقية بين النسخ المحفوظة.

## Mentions
desk-quote-problem = المنشور المقتبس: { $reason }
desk-quote-nothing = لم نجد منشورًا على هذا العنوان. هل فيه خطأ؟
desk-mention-found = وُجد
desk-mention-unknown = لم يوجد بعد
desk-mention-problem = { $handle }: { $reason }
desk-mention-nobody = لا أحد بهذا الاسم. هل فيه خطأ؟
desk-mention-slow = لم يجب خادمهم في الوقت المناسب. احفظوا مرة أخرى بعد قليل.

## Preview
desk-preview-heading = المعاينة
desk-preview-own = في صفحتكم
desk-preview-mastodon = كما سيعرضه ماستودون
desk-preview-notes = ما يختلف هناك
desk-preview-notes-none = لا يضيع شيء في الطريق.
desk-preview-warning = مخفي خلف التحذير حتى يضغط القارئ «عرض المزيد».
desk-preview-demands = ما نطالب به
desk-preview-contact = للتواصل
desk-preview-as-note = يُرسل منشورًا.
desk-preview-as-article = يُرسل مقالًا.

## Two people wrote at the same time
desk-conflict-heading = حفظ شخص آخر هذا البيان في هذه الأثناء
desk-conflict-lead = حفظ { $name } هذا البيان { $time }، بعد أن فتحتموه أنتم. ترون أدناه النصين معًا. نصكم في الاستمارة ولم يضع منه شيء. إن حفظتم الآن صار نصكم هو الحالي، وبقي الآخر بين النسخ المحفوظة.
desk-conflict-somebody = شخص آخر
desk-conflict-theirs = المحفوظ الآن
desk-conflict-yours = ما كتبتموه أنتم
desk-conflict-keep = حفظ نصي
desk-conflict-take = المتابعة بنصهم

## After a lost session or an old page
desk-token-old = بقيت هذه الصفحة مفتوحة طويلًا، أو سجّلتم الدخول من جديد. نصكم كله هنا: من فضلكم اضغطوا الزر مرة أخرى.
desk-signed-out-heading = انتهت جلستكم
desk-signed-out-lead = تعذّر حفظ نصكم، لكنه كله هنا. انسخوا ما تحتاجونه وسجّلوا الدخول من جديد ثم أعيدوه.
desk-signed-out-sign-in = تسجيل الدخول

## Saved copies
desk-history-heading = النسخ المحفوظة
desk-history-lead = عند كل حفظ تبقى نسخة. يمكنكم أن تنظروا في كل منها وأن تعودوا إليها.
desk-history-by-nobody = سطر الأوامر
desk-history-autosaved = حُفظت تلقائيًا
desk-history-current = الحالية
desk-history-restore = العودة إلى هذه النسخة
desk-history-copy = النسخة { $n }
desk-history-copy-lead = حُفظت { $time } بيد { $name }.

## Published, delivery
desk-delivery-heading = نُشر البيان
desk-delivery-again-heading = التسليم
desk-delivery-address = عنوانه الدائم:
desk-delivery-reach = { $followers ->
    [0] لا أحد يتابع { $collective } بعد، فهو في صفحتكم وحدها. أخبروا الناس بعنوانكم: { $handle }
    [zero] لا أحد يتابع { $collective } بعد، فهو في صفحتكم وحدها. أخبروا الناس بعنوانكم: { $handle }
    [one] يصل إلى متابع واحد
    [two] يصل إلى متابعَين اثنين
    [few] يصل إلى { $followers } متابعين
    [many] يصل إلى { $followers } متابعًا
   *[other] يصل إلى { $followers } متابع
}{ $servers ->
    [0] { "" }
    [zero] { "" }
    [one] { " " }على خادم واحد.
    [two] { " " }على خادمَين.
    [few] { " " }على { $servers } خوادم.
    [many] { " " }على { $servers } خادمًا.
   *[other] { " " }على { $servers } خادم.
}
desk-delivery-table = ما حدث حتى الآن
desk-delivery-none = ليس هناك ما يُسلَّم.
desk-delivery-pending = ينتظر
desk-delivery-delivered = وصل
desk-delivery-refused = رُفض
desk-delivery-gone = لم يعد موجودًا
desk-delivery-given-up = توقفت المحاولة
desk-delivery-sum-delivered = وصل
desk-delivery-sum-waiting = ينتظر
desk-delivery-sum-failed = لم يُقبل
desk-delivery-next = المحاولة التالية { $time }
desk-delivery-unreachable = لا يمكن الوصول إلى خادمه الآن.
desk-delivery-refresh = النظر من جديد
desk-delivery-explain = الخادم الغائب يصله البيان حين يعود؛ نواصل المحاولة أسبوعًا.
desk-delivery-open = فتح الصفحة العامة
desk-delivery-edit = تحريره

## Withdrawing
desk-withdraw-heading = سحب «{ $title }»
desk-withdraw-lead = يُزال النص من هنا ومن كل خادم يستجيب للطلب. وتبقى في عنوانه صفحة تقول إنه سُحب ومتى ولماذا. لا رجعة في ذلك: لا يمكن نشر البيان نفسه مرة أخرى.
desk-withdraw-reason = لماذا؟
desk-withdraw-reason-hint = علني، في الصفحة التي تبقى. تكفي جملة.
desk-withdraw-confirm = سحبه نهائيًا
desk-withdraw-cancel = إبقاؤه

## Discarding
desk-discard = حذف المسودة …
desk-discard-heading = حذف هذه المسودة
desk-discard-lead = يُحذف النص ونسخه المحفوظة وصوره نهائيًا. لم يرها أحد غير أعضاء مجموعتكم.
desk-discard-confirm = حذفها نهائيًا
desk-discard-done = حُذفت المسودة.
desk-discard-changes = ترك التعديلات …
desk-discard-changes-heading = ترك التعديلات
desk-discard-changes-lead = يزول ما عدّلتموه منذ آخر نسخة منشورة. يبقى البيان كما يراه الجميع، وتبقى تعديلاتكم بين النسخ المحفوظة.
desk-discard-changes-confirm = ترك التعديلات
desk-discard-changes-done = عاد النص كما يراه الجميع.

desk-withdrawn-heading = سُحب هذا البيان
desk-withdrawn-reason = السبب المذكور:

## Inbox
desk-inbox-heading = الوارد
desk-inbox-none = لم يصل شيء بعد. حين يتابعكم أحد أو يعيد النشر أو يُعجب أو يرد، يظهر هنا.
desk-inbox-none-kind = لم يصل شيء من هذا النوع بعد.
desk-inbox-none-older = لا شيء أقدم من ذلك.
desk-inbox-all = الكل
desk-inbox-filter = عرض
desk-inbox-kind-follow = المتابعات
desk-inbox-kind-announce = إعادات النشر
desk-inbox-kind-like = الإعجابات
desk-inbox-kind-reply = الردود
desk-inbox-kind-mention = الإشارات
desk-inbox-kind-post = المنشورات
desk-inbox-kind-quote = الاقتباسات
desk-inbox-did-follow = يتابعكم
desk-inbox-did-follow-pending = يطلب متابعتكم
desk-inbox-did-announce = أعاد نشر
desk-inbox-did-like = أُعجب بـ
desk-inbox-did-reply = رد على
desk-inbox-did-mention = أشار إليكم
desk-inbox-did-post = نشر
desk-inbox-did-quote = اقتبس
desk-inbox-new = جديد
desk-inbox-undone = تراجع عنه
desk-inbox-deleted = حذفه صاحبه.
desk-inbox-open = فتحه هناك
desk-inbox-picture = صورة
desk-inbox-video = مقطع مصوّر
desk-inbox-audio = تسجيل صوتي
desk-inbox-file = ملف
desk-inbox-whole = قراءته كاملًا
desk-inbox-answer = الرد عليه
desk-inbox-answered = رددتم عليه
desk-inbox-answer-draft = بدأتم ردًّا عليه
desk-inbox-like = إعجاب
desk-inbox-liked = أعجبكم
desk-inbox-unlike = التراجع عن الإعجاب
desk-inbox-warning = تحذير: { $warning }
desk-inbox-show = عرضه تحت البيان
desk-inbox-hide = إخفاؤه من جديد
desk-inbox-shown = معروض في صفحتكم
desk-inbox-hidden = لا يراه غيركم
desk-inbox-boost = إعادة نشره
desk-inbox-boosted = أعدتم نشره
desk-inbox-unboost = التراجع عن إعادة النشر
desk-inbox-quote-unapproved = يقتبس منشورًا آخر لم يوافق كاتبه على ذلك بقدر ما رأينا، لذلك يوجد الرابط فقط.
desk-inbox-read = اعتبار الكل مقروءًا
desk-inbox-private = غير علني
desk-inbox-address-heading = منشور في مكان آخر
desk-inbox-address-lead = ألصقوا عنوان منشور علني لتردوا عليه، أو لتخبروا صاحبه بإعجابكم، أو لتعيدوا نشره لمتابعيكم.
desk-inbox-address-field = عنوان المنشور
desk-inbox-address-nothing = لم نجد منشورًا علنيًا في هذا العنوان.
desk-inbox-like-done = أُبلغ صاحبه بأنه أعجبكم.
desk-inbox-unlike-done = أُلغي الإعجاب.
desk-inbox-boost-done = أُعيد نشره. يصل إلى متابعيكم.
desk-inbox-unboost-done = أُلغيت إعادة النشر.
desk-inbox-show-done = صار معروضًا تحت البيان.
desk-inbox-hide-done = صار مخفيًا.
desk-inbox-read-done = اعتُبر الكل مقروءًا.

## Followers
desk-quotes-heading = الاقتباسات
desk-quotes-lead = من يقتبس بيانًا يعرضه داخل منشور له بكلماته. الخوادم التي تحترم ذلك تعرضه ما دمتم موافقين فقط.
desk-quotes-theirs = من يقتبسكم
desk-quotes-theirs-none = لم يطلب أحد اقتباسكم بعد.
desk-quotes-all = كل الاقتباسات
desk-quotes-of = عن
desk-quotes-ours = ما تقتبسونه
desk-quotes-ours-none = لا تقتبسون شيئًا بعد. يمكنكم وضع عنوان منشور في صفحة الكتابة.
desk-quotes-ours-waiting = سُئل الكاتب ولم يجب بعد. يرى الآخرون رابطًا الآن.
desk-quotes-ours-granted = الكاتب موافق. يرى الآخرون المنشور داخل بيانكم.
desk-quotes-ours-refused = الكاتب غير موافق. يبقى بيانكم مع رابط إلى المنشور.
desk-quotes-ours-revoked = سحب الكاتب موافقته. يبقى بيانكم مع رابط إلى المنشور.
desk-quotes-ours-ended = لم يعد الاقتباس في البيان.
desk-quotes-state-waiting = بانتظار جواب
desk-quotes-state-granted = موافَق عليه
desk-quotes-state-refused = مرفوض
desk-quotes-state-revoked = سُحبت الموافقة
desk-quotes-state-ended = انتهى
desk-quotes-accept = السماح بالاقتباس
desk-quotes-decline = رفض
desk-quotes-revoke = سحب الموافقة
desk-quotes-policy = من يحق له اقتباسكم
desk-quotes-policy-help = يسري على الطلبات من الآن. البيانات المنشورة تخبر الخوادم الأخرى بقاعدة يوم نشرها إلى أن تعدّلوها.
desk-quotes-policy-legend = دون سؤال
desk-quotes-scope-everybody = الجميع
desk-quotes-scope-followers = من يتابعكم
desk-quotes-scope-following = من تتابعونهم
desk-quotes-scope-nobody = لا أحد
desk-quotes-review = يمكن لغيرهم أن يطلب، وأنتم تقررون هنا
desk-quotes-policy-done = حُفظت القاعدة.
desk-quotes-accepted-done = يمكنهم اقتباسه الآن.
desk-quotes-declined-done = رُفض الطلب، وسيُبلَّغون.
desk-quotes-revoked-done = سُحبت موافقتكم، وسيُبلَّغ خادمهم.

desk-followers-heading = المتابعون
desk-followers-none = لا أحد يتابع { $handle } بعد.
desk-followers-waiting = ينتظرون جوابكم
desk-followers-accept = قبول
desk-followers-reject = رفض
desk-followers-remove = إزالة
desk-followers-since = منذ { $time }
desk-followers-accepted-done = صار يتابعكم.
desk-followers-rejected-done = رُفض الطلب.
desk-followers-removed-done = لم يعد يتابعكم.
desk-followers-hidden = القائمة غير علنية؛ العدد وحده علني.

## Following
desk-following-heading = من نتابعهم
desk-following-lead = ما ينشرونه يصل إلى واردكم.
desk-following-none = لا تتابعون أحدًا بعد.
desk-following-field = العنوان
desk-following-field-hint = مثل @river@valley.example أو عنوان صفحة شخصية.
desk-following-nobody = لم نجد أحدًا في هذا العنوان. هل فيه خطأ؟
desk-following-follow = متابعة
desk-following-unfollow = إلغاء المتابعة
desk-following-pending = أُرسل الطلب ولم يأت جواب
desk-following-accepted = متابَع
desk-following-rejected = رُفض
desk-following-done = أُرسل الطلب. يظهر «متابَع» حين يقبلون.
desk-following-unfollowed-done = لم تعودوا تتابعونهم.

## ما يعرضه ماستودون بشكل مختلف
mastodon-alt-missing = إحدى الصور بلا وصف: من لا يراها يفوته ما تقوله.
mastodon-direction = لا يحفظ ماستودون اتجاه الكتابة بل يستنتجه من النص نفسه، فابدؤوا كل فقرة بكلمة من لغتكم.
mastodon-folded = النص طويل: بعد نحو ٣٢ سطرًا يضغط القرّاء «اقرأ المزيد». ابدؤوا بالأهم.
mastodon-footnotes = تفقد الحواشي روابطها: تبقى الأرقام في النص والحواشي في آخره.
mastodon-images-hidden = تبقى الصور محجوبة إلى أن يفتحها القارئ.
mastodon-images-many = لا تظهر إلا الصور الأربع الأولى.
mastodon-link = لا يعرض ماستودون إلا روابط صفحات الويب. عنوان البريد أو رقم الهاتف يبقى نصًّا.
mastodon-no-language = لم تُحدَّد لغة: من اختار لغاته لن يرى هذا النص.
mastodon-not-shown = لا يعرض ماستودون هذا إطلاقًا.
mastodon-one-language = لا تظهر إلا اللغة الأولى.
mastodon-picture = تضيع الصور داخل النص. أرفقوها كصور.
mastodon-rule = تضيع الخطوط الفاصلة بين الفقرات.
mastodon-summary-missing = هذا النص الطويل بلا ملخص: لا يرى الناس على ماستودون سوى عنوانه ورابط.
mastodon-summary-only = يظهر هذا النص الطويل عنوانًا وملخصًا ورابطًا. ضعوا المطلب والموعد في الملخص.
mastodon-table = تصبح الجداول غير مقروءة: استعملوا قائمة.
