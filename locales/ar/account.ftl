# تسجيل الدخول والانضمام والحساب والإعداد في المتصفح.

account-sign-in = تسجيل الدخول
account-sign-in-lead = لأعضاء المجموعات على { $site }.
account-sign-in-none = ليس لكم حساب بعد؟ يستطيع أحد القائمين على هذا الخادم أن يرسل إليكم دعوة.
account-name = الاسم
account-name-help = الاسم الذي تدخلون به. يراه الأعضاء الآخرون هنا، ولا يُعرض على القرّاء ولا يغادر هذا الخادم أبدًا. ليس من الضروري أن يكون اسمكم القانوني.
account-passphrase = عبارة المرور
account-passphrase-new = عبارة مرور جديدة
account-passphrase-current = عبارة المرور الحالية
account-passphrase-help = اثنا عشر محرفًا على الأقل. أربع كلمات أو خمس متتالية قوية وسهلة التذكر.
account-passphrase-repeat = العبارة نفسها مرة أخرى
account-passphrase-change = تغيير عبارة المرور
account-passphrase-change-help = تبقون داخلين هنا وتُغلق جلساتكم في كل مكان آخر.
account-forgotten = نسيتم عبارة المرور؟
account-forgotten-steward = اطلبوا رابطًا من أحد القائمين على هذا الخادم. تختارون به عبارة مرور جديدة، ويعمل مرة واحدة ولمدة ساعة على الأكثر.
account-forgotten-help = إن كنتم قد تركتم عنوان بريد مع حسابكم فسنرسل إليه رابطًا.
account-forgotten-button = أرسلوا إليّ رابطًا
account-forgotten-asked = إن وُجد حساب كهذا ومعه عنوان بريد، فالرابط في طريقه إليكم.
account-reset = اختيار عبارة مرور جديدة
account-reset-lead = بعد ذلك تُغلق جلساتكم في كل مكان آخر.
account-reset-button = حفظ عبارة المرور
account-mail = عنوان البريد
account-mail-help = لإرسال رابط إذا نسيتم عبارة المرور فقط. اتركوه فارغًا فلا نعرف لكم عنوانًا.
account-mail-invitation-subject = دعوتكم إلى { $site }
account-mail-invitation-body =
    مرحبًا،

    يدعوكم { $site } إلى الكتابة معهم. أنشئوا حسابكم هنا، والرابط يعمل مرة واحدة حتى { $time }:

    { $link }

    هو لكم وحدكم. إن كنتم لا تعرفون شيئًا عن هذا فلا تفعلوا شيئًا: لا نحفظ عنوانكم.
account-mail-reset-subject = عبارة مرور جديدة على { $site }
account-mail-reset-body =
    مرحبًا { $name }،

    طلب أحدهم، ونرجو أن تكونوا أنتم، عبارة مرور جديدة لحسابكم على { $site }.
    اختاروها هنا، والرابط يعمل مرة واحدة لمدة { $minutes } دقيقة:

    { $link }

    إن لم تكونوا أنتم فلا تفعلوا شيئًا: تبقى عبارة مروركم كما هي.
account-code-title = خطوة أخيرة
account-code-lead = اكتبوا الرمز الذي يعرضه تطبيقكم الآن.
account-code = الرمز
account-code-help = ستة أرقام. كل رمز يعمل مرة واحدة.
account-code-lost = فقدتم التطبيق؟ اسألوا أحد القائمين على الخادم: يستطيع إيقاف الرموز من سطر أوامر الخادم.
account-join = أهلًا بكم
account-join-lead = دعاكم أحدهم إلى { $site }. اختاروا اسمًا وعبارة مرور وستكونون معنا.
account-join-collective = دعاكم أحدهم إلى الكتابة باسم { $collective } على { $site }. اختاروا اسمًا وعبارة مرور وستكونون معنا.
account-join-button = إنشاء حسابي
account-title = حسابي
account-details = اللغة والبريد
account-language = لغة الصفحات
account-language-help = للصفحات التي ترونها والرسائل التي تصلكم.
account-save = حفظ
account-codes = رموز عند الدخول
account-codes-lead = مع الرموز لا تكفي عبارة مرور مسروقة للدخول: تكتبون عند كل دخول ستة أرقام يعرضها تطبيق على هاتفكم. يصلح أي تطبيق للرموز المؤقتة (TOTP).
account-codes-on = الرموز مفعّلة: يُطلب رمز عند الدخول.
account-codes-none = الرموز متوقفة: تكفي عبارة المرور وحدها.
account-codes-start = إعداد الرموز
account-codes-scan = امسحوا هذه الصورة بتطبيقكم:
account-codes-picture = رمز مربع يحمل السر لتطبيقكم
account-codes-type = أو اكتبوا هذا فيه:
account-codes-confirm = تفعيل الرموز
account-codes-off-title = إيقاف الرموز
account-codes-off-help = للتأكد من أنكم أنتم.
account-sessions = أين أنتم داخلون
account-session-since = منذ { $time }
account-session-seen = آخر استعمال { $time }
account-session-this = هذه
account-sessions-end = الخروج من كل مكان آخر
account-sign-out = تسجيل الخروج
account-sign-out-help = تسجيل الخروج يغلق كل جلساتكم، على الأجهزة الأخرى أيضًا.
account-done-passphrase = تغيّرت عبارة مروركم، وأُغلقت جلساتكم في كل مكان آخر.
account-done-details = حُفظ.
account-done-sessions = أُغلقت جلساتكم في كل مكان آخر.
account-done-codes-on = الرموز مفعّلة من الآن.
account-done-codes-off = الرموز متوقفة.
account-setup = إعداد خادمكم
account-setup-lead = بضعة أمور لمرة واحدة. كلها قابلة للتغيير لاحقًا ما عدا النطاق.
account-setup-local = يعمل هذا الخادم في الوضع المحلي: مناسب للتجربة على جهاز واحد، لا للشبكة العامة أبدًا.
account-setup-instance = الخادم
account-setup-name = اسمه
account-setup-name-help = ما يظهر في أعلى كل صفحة.
account-setup-description = ما هو، في جملة أو جملتين
account-setup-domain = نطاقه
account-setup-domain-help = جزء من كل عنوان يصدره هذا الخادم، فلا يمكن تغييره أبدًا. من دون https://.
account-setup-languages = اللغات التي يقرأ بها قرّاؤكم
account-setup-collective = المجموعة الأولى
account-setup-collective-name = اسمها
account-setup-collective-name-help = كما يعرفها القرّاء.
account-setup-handle = معرّفها
account-setup-handle-help = الاسم القصير قبل @ الذي يتابعها به الناس من كل مكان: حروف من a إلى z وأرقام و _. لا يمكن تغييره.
account-setup-language = اللغة التي تكتب بها
account-setup-member = أنتم
account-setup-member-help = تصبحون أول القائمين على هذا الخادم وعضوًا في المجموعة الأولى.
account-setup-button = إتمام الإعداد
account-setup-done = خادمكم جاهز
account-setup-done-lead = سجّلوا الدخول في عنوانه:
