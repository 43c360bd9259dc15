# النداءات: تواريخها وحالاتها، في الصفحات وعلى الشبكة.

action-asked-cancelled = أُلغي النداء، ولم يقل المنظمون بعد ما مصير هذه الفعالية.
action-asked-moved = نُقل النداء، ولم يقل المنظمون بعد ما مصير هذه الفعالية.
action-asked-postponed = أُجّل النداء، ولم يقل المنظمون بعد ما مصير هذه الفعالية.
action-author-accepted = تقف تحت النداء
action-author-declined = مرفوضة
action-author-dropped = أُزيلت من النداء
action-author-pending = بانتظار صاحب النداء
action-by-people = ناس هناك، من دون خادم لهم
action-cancelled = أُلغيت: لن تُقام هذه الفعالية.
action-kind-assembly = جمعية
action-kind-blockade = اعتصام مغلِق
action-kind-culture = ثقافة
action-kind-march = مسيرة
action-kind-other = فعالية
action-kind-strike = إضراب
action-kind-talk = لقاء
action-kind-vigil = وقفة
action-moved = تُقام هذه الفعالية في موعد غير الذي أُعلن.
action-postponed = أُجّلت هذه الفعالية، ولم يُعرف موعدها الجديد بعد.
actions-heading = فعاليات محلية
actions-help = ما تفعله المجموعات حيث هي. وكل واحدة تقرر لنفسها.
actions-under = ضمن النداء
attendance-about = حضر نحو { $most } شخص.
attendance-between = حضر ما بين { $least } و{ $most } شخص.
call-cancelled = أُلغي هذا النداء: لن يُقام.
call-dates = التواريخ والمكان
call-day-of = اليوم { $day } من { $days }
call-everywhere = في كل مكان
call-kicker = نداء إلى العمل
call-moved = يُقام هذا النداء في تواريخ غير التي أُعلنت.
call-moved-from = نُقل هذا النداء إلى موعد آخر. كان موعده المعلن { $dates }.
call-postponed = أُجّل هذا النداء، ولم تُعرف تواريخه الجديدة بعد. كان موعده المعلن { $dates }.
call-state-announced = معلن
call-state-cancelled = ملغى
call-state-moved = منقول
call-state-over = انتهى
call-state-postponed = مؤجل
call-state-under-way = جارٍ الآن
call-supporters = ما يمكنكم فعله
calls-cities = ما يحدث في مدينة
calls-heading = نداءات قادمة
cities-heading = ما يحدث وأين
cities-help = بأي لغة: آمد، Diyarbakır، ئامەد.
cities-none = لا توجد مدينة بهذا الاسم يسكنها 15,000 نسمة أو أكثر.
city-nothing = لا شيء معلن هنا حاليًا.
date-short = { $day } { $month }
desk-action-accept = اقبلوه تحت النداء
desk-action-accessibility = تيسير الحضور
desk-action-accessibility-help = الدرج، دورات المياه، أماكن الجلوس، الترجمة، الأطفال: ما يحتاج الناس إلى معرفته قبل المجيء.
desk-action-add = أضيفوا هذه الفعالية
desk-action-added-done = أُضيف. صفحته علنية من الآن، ويقف تحت النداء حين يوافق صاحب النداء.
desk-action-asked-cancelled = أُلغي النداء.
desk-action-asked-moved = نُقل النداء إلى تواريخ أخرى.
desk-action-asked-postponed = أُجّل النداء ولم تُعرف تواريخه الجديدة بعد.
desk-action-author-accepted = وافق صاحب النداء على أن يقف تحته. وصفحته علنية.
desk-action-author-declined = لم يوافق صاحب النداء على أن يقف تحته. صفحته هو تبقى علنية.
desk-action-author-dropped = أزاله صاحب النداء من ندائه. صفحته هو تبقى علنية.
desk-action-author-pending = سُئل صاحب النداء. صفحته علنية من الآن، ويقف تحت النداء حين يوافق.
desk-action-call = عنوان النداء
desk-action-call-help = كما يظهر في متصفحكم، على هذا الخادم أو على غيره.
desk-action-calls = نداءات قادمة على هذا الخادم
desk-action-cancel = ألغوا هذه الفعالية
desk-action-cancel-back = لا تلغوه
desk-action-cancel-confirm = ألغوه وأعلنوا ذلك
desk-action-cancel-heading = إلغاء «{ $title }»؟
desk-action-cancel-it = ألغوه
desk-action-cancel-lead = لن يحدث. تبقى صفحته وتقول ذلك، تحت النداء وفي التقويمات أيضًا. لا رجوع عن الإلغاء، ويمكنكم إضافة فعالية أخرى.
desk-action-cancelled-done = أُلغي، وصفحته تقول ذلك.
desk-action-changed-done = تم التغيير، وأُبلغ صاحب النداء.
desk-action-contact = التواصل
desk-action-contact-help = علني: عنوان أو رقم أو صفحة لمن يريد المجيء أو المساعدة. مع «راسلونا» يحتاج الناس إليه.
desk-action-declined-done = رُفض، وأُبلغ منظّموه.
desk-action-drop = أزيلوه من النداء
desk-action-drop-button = أزيلوه
desk-action-drop-help = لا يعود يقف تحت ندائكم. تبقى صفحته عند منظّميه. لا رجوع عن ذلك.
desk-action-dropped-done = أُزيل من النداء، وأُبلغ منظّموه.
desk-action-edit = غيّروه
desk-action-edit-help = ما تغيّرونه يصبح علنيًا في الحال ويصل إلى صاحب النداء. مع يوم أو ساعة أخرى تقول الفعالية إنها نُقلت.
desk-action-keep = يبقى كما هو
desk-action-keep-done = يبقى كما هو.
desk-action-kind = نوع الفعالية
desk-action-let-in-done = يقف الآن تحت ندائكم، وأُبلغ منظّموه.
desk-action-look = ابحثوا عنه
desk-action-move = انقلوه معه
desk-action-move-done = نُقل مع النداء، في الساعة نفسها.
desk-action-new-heading = أضيفوا فعالية محلية
desk-action-new-lead = ما تفعله مجموعتكم حيث أنتم، تحت نداء إلى أيام عمل أيًّا كان صاحبه. ويُسأل صاحب النداء أن يقف تحته.
desk-action-nothing = لا نداء في هذا العنوان.
desk-action-other-call = تحت نداء آخر
desk-action-public = صفحته العلنية
desk-action-question = ما مصير فعاليتكم؟
desk-action-question-help = لا يُقرَّر شيء عنكم. إلى أن تجيبوا تقول صفحته إنكم لم تقولوا بعد. لاختيار يوم آخر غيّروه.
desk-action-queue-heading = فعاليات تحت نداءاتكم
desk-action-queue-lead = ما تريد مجموعات هنا وفي أماكن أخرى فعله تحت نداءاتكم. من تقبلونه يظهر في صفحة النداء وعلى خريطته وفي تقويمه.
desk-action-queue-none = لا فعالية تنتظر جوابكم.
desk-action-queue-others = كل ما عداها
desk-action-queue-rule = القاعدة نفسها لمن يوقّع معكم ولمن يعمل تحت نداءاتكم.
desk-action-queue-rule-change = غيّروا القاعدة
desk-action-save = احفظوا وانشروا
desk-action-spoken = اللغات المحكية هناك
desk-action-spoken-other = لغات أخرى
desk-action-spoken-other-help = برموزها، مع فواصل: zza, hyw.
desk-action-text = ما ينبغي أن يعرفه الناس
desk-action-text-help = في أسطر قليلة: مكان اللقاء، وما يُحضَر. نص عادي.
desk-action-title = اسمه
desk-action-title-help = كما على ملصق: «مسيرة من الجسر القديم».
desk-action-what-is-public = كل ما تكتبونه هنا علني في الحال، على هذا الخادم وعلى غيره، ما عدا العنوان والنقطة حين تختارون عدم ذكرهما. أسماء الأعضاء تبقى هنا.
desk-action-where-help = اتركوه فارغًا لما لا مكان له، مثل حديث عبر الشبكة.
desk-actions-asked = ما مصير هذه؟
desk-actions-heading = فعالياتكم المحلية
desk-actions-lead = ما تفعله مجموعتكم تحت النداءات، نداءاتها ونداءات غيرها. كلٌّ منها لكم: لا يلغيه ولا ينقله أحد سواكم.
desk-actions-new = أضيفوا فعالية محلية
desk-actions-none = ليس لمجموعتكم فعالية محلية بعد.
desk-authorize-act-lead = مع أي مجموعة من مجموعاتكم تضيفون فعالية؟
desk-calendar-drafts = حُفظت كمسودات
desk-calendar-file = التقويم (‎.ics)
desk-calendar-file-hint = كما تُصدّره البرامج الأخرى: ميغابايتان و200 حدث على الأكثر.
desk-calendar-heading = خذوا المواعيد من تقويم
desk-calendar-import = احفظوها كمسودات
desk-calendar-lead = يصبح كل حدث مسودة نداء بتواريخه ومكانه ونصه. لا يُنشر شيء. وما لا نستطيع قراءته يُذكر هنا ويُؤخذ الباقي.
desk-calendar-line = السطر { $line }
desk-calendar-preview = أرونا ما سينتج عنه
desk-calendar-refused = لم تُؤخذ
desk-calendar-would = هكذا سيكون. لم يُحفظ شيء بعد: اختاروا الملف من جديد واحفظوه.
desk-call-address = الشارع والرقم
desk-call-again = هل يتكرّر؟
desk-call-again-hint = يُعلَن من جديد من تلقاء نفسه: صفحته والتقويمات تعرض المرة القادمة.
desk-call-again-nightly = كل يوم أو كل ليلة، حتى اليوم المذكور أدناه
desk-call-again-once = لا، مرة واحدة فقط
desk-call-again-rule-hint = وُضعت هذه القاعدة من سطر الأوامر، وتبقى كما هي.
desk-call-again-until = آخر يوم يبدأ فيه
desk-call-again-until-hint = يمكن أن يبقى فارغًا لما يتكرّر كل أسبوع أو كل سنة.
desk-call-again-weekly = كل أسبوع، في اليوم نفسه من الأسبوع
desk-call-again-yearly = كل سنة، في التاريخ نفسه
desk-call-back = العودة إلى النص
desk-call-cancel = إلغاؤه
desk-call-cancel-button = إلغاء هذا النداء
desk-call-cancel-help = لن يُقام. تبقى الصفحة وتقول ذلك، ويُبلَّغ كل من وصله النداء. ومن ينظّم فعالية ضمنه يقرر بنفسه.
desk-call-change = تأجيل أو نقل أو إلغاء
desk-call-changed = تم. يُبلَّغ كل من وصله النداء.
desk-call-country = البلد
desk-call-end = اليوم الأخير
desk-call-end-time = تنتهي الساعة
desk-call-everywhere = في كل مكان
desk-call-everywhere-hint = تتحرك المجموعات حيث هي.
desk-call-heading = ماذا يصير بـ«{ $title }»
desk-call-lead = يبقى النص كما هو: لتغييره حرّروه. وما تكتبونه هنا يظهر في أعلى صفحته.
desk-call-move = نقله إلى تواريخ أخرى
desk-call-move-button = نقل هذا النداء
desk-call-move-help = تحل التواريخ الجديدة محل القديمة، وتبقى هذه مذكورة إلى جانبها. ويُسأل من وقّع النداء هل يسري توقيعه على التواريخ الجديدة.
desk-call-new-heading = نداء إلى أيام عمل
desk-call-new-note = النداء بيان له تواريخ. الخوادم التي تعرض الفعاليات تتلقاه كفعالية، وسواها كمنشور كُتبت فيه التواريخ.
desk-call-notice = ما ينبغي أن يعرفه الناس عن ذلك (يمكن تركه فارغًا)
desk-call-open = الناس من دون خادم
desk-call-open-hint = استمارة تحت النداء: عنوان وموعد ومكان وبريد لا يُنشر. يؤكدون برابط، ثم تنتظر فعاليتهم على مكتبكم. ما تقبلونه يصل إلى الآخرين بوصفه فعالية لمجموعتكم، مع الإشارة إلى أن ناسًا هناك ينظمونها.
desk-call-open-label = يمكنهم اقتراح فعاليات تحت هذا النداء
desk-call-place = في مكان محدد
desk-call-place-details = أي مكان
desk-call-place-hint = مظاهرة واحدة أو جمعية واحدة: يأتي الجميع إليها.
desk-call-place-name = كيف يسمي الناس المكان
desk-call-postpone = تأجيله من دون موعد بعد
desk-call-postpone-button = تأجيل هذا النداء
desk-call-postpone-help = سيُقام ولا تعرفون متى بعد. انقلوه حين تعرفون.
desk-call-precision = بأي دقة يُعلن؟
desk-call-precision-ask = «راسلونا»: المدينة والبلد فقط
desk-call-precision-district = الحي من دون عنوان
desk-call-precision-exact = بدقة
desk-call-resume = سيُقام في النهاية
desk-call-resume-button = إعلان أنه سيُقام
desk-call-resume-help = في آخر تواريخ كانت له.
desk-call-start = اليوم الأول
desk-call-start-time = تبدأ الساعة
desk-call-supporters = ما يمكن للمتضامنين فعله
desk-call-supporters-hint = تنظيم شيء أو توقيع أو إرسال رسالة: في أسطر قليلة، بصيغة Markdown مثل النص.
desk-call-when = متى
import-added = مسودة جديدة.
import-edited = تغيّر ما يقوله الحدث، لكن ما نتج عنه عُدّل أو نُشر هنا، فيبقى كما هو.
import-first-alone = يتكرر في أيام لا تستطيع قاعدة عندنا أن تقولها: في المسودة المرة الأولى وحدها.
import-left = بعد هذه جاءت أحداث أخرى، عددها { $count }. خذوها من تقويم خاص بها.
import-older = ما عندنا أحدث. لم يتغيّر شيء.
import-unchanged = موجود من قبل ولم يتغيّر.
import-updated = مسودته محدّثة من جديد.
reminder-moved = يُقام في موعد غير الذي أُعلن أوّلًا.
reminder-title = قريبًا: { $title }
desk-call-when-hint = اتركوا الساعات فارغة للأيام الكاملة: تمتد من أول مكان في الأرض يبدأ فيه اليوم إلى آخر مكان ينتهي فيه.
desk-call-where = أين
desk-call-zone = المنطقة الزمنية للساعات
desk-inbox-act = أضيفوا فعاليتنا
desk-nav-action-requests = فعاليات تحت نداءاتكم
desk-nav-actions = فعاليات محلية
desk-nav-call = نداء جديد
desk-nav-reports = التقارير
desk-overview-action-requests = بانتظار جوابكم
desk-proposed = من ناس بلا خادم
desk-proposed-help = أكدوا بريدهم، ولا يراه سواكم؛ يُمحى حين ترفضون، وحين يلغون، وبعد أسبوعين من موعدها. ما تقبلونه يصبح فعالية لمجموعتكم: حين يُنقل النداء تجيبون أنتم عنها.
desk-report-attendance = كم حضر (يمكن أن يبقى فارغًا)
desk-report-attendance-hint = عدّكم أنتم، كمدى مثل 200-300. يُضاف إلى المجموع في صفحة النداء.
desk-report-begin = اكتبوا تقريرًا
desk-reports-heading = تقارير عن فعالياتكم
desk-reports-lead = بعد الفعالية، احكوا كيف كانت: نصّ وحتى أربع صور وعدد من حضروا. يظهر التقرير في صفحة الفعالية وصفحة النداء.
desk-reports-none = لم تبدأ أيّ من فعالياتكم بعد.
interact-act = تابعوا هناك
interact-act-heading = أضيفوا فعاليتكم
interact-act-help = هل تفعل مجموعتكم شيئًا حيث هي؟ أضيفوه من خادمها. قولوا لنا أين هو، وتتابعون هناك. لا نحفظ شيئًا.
interact-act-plain = لا يقول ذلك الخادم إنه يستطيع إضافة فعاليات تحت النداءات. يمكنكم متابعة النداء هناك؛ إعادة النشر أو الإعجاب لا يضيفان شيئًا.
mail-proposed-accepted-subject = «{ $title }» تقف تحت النداء
mail-proposed-declined-subject = «{ $title }» لا تقف تحت النداء
mail-proposed-subject = نرجو التأكيد: فعاليتكم تحت «{ $call }»
propose-back = إلى النداء
propose-button = اقترحوها
propose-heading = اقتراح فعالية
propose-lead = تفعلون شيئًا حيث أنتم وليس لمجموعتكم خادم؟ قولوه هنا لـ{ $collective }. يقرؤونه ويقررون هل يقف تحت ندائهم.
propose-mail = بريدكم الإلكتروني
propose-mail-help = نكتب إليكم عليه: رابط للتأكيد ورابط للإلغاء في أي وقت. لا يراه إلا أصحاب النداء. يُمحى حين يرفضون، وحين تلغون، وبعد { $count } يومًا من موعدها.
propose-sent = انظروا في بريدكم
propose-sent-help = أرسلنا إليكم رابطًا. افتحوه وأكدوا خلال { $count } أيام؛ إلى ذلك الحين لا يقرأ أحد ما كتبتم.
propose-trap = اتركوا هذا الحقل فارغًا
propose-what-is-public = إذا قُبلت صار كل ما تكتبونه هنا علنيًا، ما عدا بريدكم، والشارع والنقطة حين تختارون عدم ذكرهما. لا تكتبوا أسماء من لا يريد ذلك.
propose-without = ليس لكم خادم؟
propose-without-help = اقترحوا فعالية ببريد إلكتروني فقط.
propose-without-link = اقتراح فعالية
proposed-cancel = ألغوها
proposed-cancel-help = إذا أُلغيت فلن تُقام. وإن كانت تقف تحت النداء بقيت هناك ملغاةً. ويُمحى بريدكم.
proposed-cancelled = أُلغيت، ومُحي بريدكم.
proposed-confirm = أكدوها
proposed-confirm-help = عندها يقرؤها أصحاب النداء ويقررون هل تقف تحته، ويكتبون إليكم.
proposed-confirmed = تم التأكيد. يقرؤها أصحاب النداء الآن، ويصلكم الجواب بالبريد.
proposed-state-accepted = تقف تحت النداء.
proposed-state-cancelled = هي ملغاة.
proposed-state-declined = لم يقبل أصحاب النداء أن تقف تحت ندائهم.
proposed-state-unconfirmed = تنتظر تأكيدكم.
proposed-state-waiting = تنتظر جواب أصحاب النداء.
report-of = تقرير عن
report-photos = الصور
report-read = اقرؤوا التقرير كاملًا
reports-heading = التقارير
reports-help = كتبها من نظّموا الفعالية؛ والأرقام من عدّهم هم.
totals-actions = { $count ->
    [zero] لا فعاليات
    [one] فعالية واحدة
    [two] فعاليتان
    [few] { $count } فعاليات
    [many] { $count } فعالية
   *[other] { $count } فعالية
}
totals-cities = { $count ->
    [zero] لا مدن
    [one] مدينة واحدة
    [two] مدينتان
    [few] { $count } مدن
    [many] { $count } مدينة
   *[other] { $count } مدينة
}
totals-collectives = { $count ->
    [zero] لا جماعات
    [one] جماعة واحدة
    [two] جماعتان
    [few] { $count } جماعات
    [many] { $count } جماعة
   *[other] { $count } جماعة
}
totals-countries = { $count ->
    [zero] لا بلدان
    [one] بلد واحد
    [two] بلدان
    [few] { $count } بلدان
    [many] { $count } بلدًا
   *[other] { $count } بلد
}
totals-heading = بالأرقام
totals-help = محسوبة هنا، من الفعاليات القائمة تحت هذا النداء والتي لم تُلغَ.
totals-people = بين { $least } و{ $most } شخص، بحسب عدّ المنظِّمين
totals-people-about = نحو { $most } شخص، بحسب عدّ المنظِّمين
when-days = من { $first } إلى { $last }
when-hour = { $date }، الساعة { $start } ({ $zone })
when-hours = { $date }، من الساعة { $start } إلى { $end } ({ $zone })
when-hours-days = من { $date } الساعة { $start } إلى { $last } الساعة { $end } ({ $zone })
when-zone-hint = اتركوها كما هي: تصبح منطقة المدينة حين تسمّونها. أو اكتبوا جزءًا من الاسم، مثل Cairo، ثم اختاروا. الأيام الكاملة لا تحتاج إليها.
where-country-hint = البلد يُملأ من تلقاء نفسه إذا كانت المدينة معروفة لدينا.
where-point = النقطة الدقيقة على الخريطة
where-point-hint = خط العرض وخط الطول كما تعرضهما خريطتكم، مثل 45.758, 4.832. من دونهما تعرض الخريطة وسط المدينة. إذا ذُكر الحي وحده نُقلت النقطة إلى شبكة واسعة، ومع «راسلونا» لا تُحفظ.
where-point-label = خط العرض، خط الطول
where-precision-ask-hint = لا يقرأ أحد أين هو، بل المدينة والبلد فقط. من يريد المجيء يكتب إلى عنوان التواصل. والباقي لا يُحفظ هنا أصلًا.
where-precision-district-hint = اسم المكان علني، مثل الحي. أما الشارع والرقم فلا يُحفظان.
where-precision-exact-hint = الاسم والشارع والنقطة علنية: في الصفحة والتقويمات وعلى الخوادم الأخرى.
where-precision-hint = ما صار علنيًا مرة لا يُسترجع. اختاروا أقل ما يحتاجه الناس للمجيء.
desk-action-asked-earlier = { $count ->
    [one] نُقل النداء ويبدأ قبل موعده بيوم.
    [two] نُقل النداء ويبدأ قبل موعده بيومين.
    [few] نُقل النداء ويبدأ قبل موعده بـ{ $count } أيام.
    [many] نُقل النداء ويبدأ قبل موعده بـ{ $count } يومًا.
   *[other] نُقل النداء ويبدأ قبل موعده بـ{ $count } يوم.
}
desk-action-asked-later = { $count ->
    [one] نُقل النداء ويبدأ بعد موعده بيوم.
    [two] نُقل النداء ويبدأ بعد موعده بيومين.
    [few] نُقل النداء ويبدأ بعد موعده بـ{ $count } أيام.
    [many] نُقل النداء ويبدأ بعد موعده بـ{ $count } يومًا.
   *[other] نُقل النداء ويبدأ بعد موعده بـ{ $count } يوم.
}
mail-proposed-accepted-body =
    مرحبًا،

    فعاليتكم «{ $title }» تقف الآن تحت النداء «{ $call }»:

    { $page }

    يمكنكم إلغاؤها في أي وقت بالرابط الثاني في رسالتنا الأولى.
mail-proposed-body =
    مرحبًا،

    اقترح أحدٌ، ونأمل أنه أنتم، الفعالية «{ $title }» تحت النداء «{ $call }». أكدوها خلال { $days } أيام:

    { $link }

    لإلغائها، الآن أو لاحقًا، احتفظوا بهذا الرابط:

    { $cancel }

    إن كنتم لا تعرفون شيئًا عن هذا فلا تفعلوا شيئًا: تُنسى عندها، ويُنسى عنوانكم أيضًا.
mail-proposed-declined-body =
    مرحبًا،

    لم يقبل أصحاب النداء «{ $call }» أن تقف فعاليتكم «{ $title }» تحت ندائهم. عنوانكم مُحي هنا.
