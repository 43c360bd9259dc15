# الصفحات التي يقرؤها الجميع.

call-calendar = أضيفوه إلى تقويمي
calls-calendar = هذه المواعيد كتقويم يمكن الاشتراك فيه
home-kicker = بيانات ونداءات
home-newest = أحدث البيانات
home-empty = لم يُنشر شيء بعد.
home-collectives = الجماعات هنا
home-follow = يمكنكم متابعة كل جماعة من ماستودون ومن شبكات الفيديفرس الأخرى، أو عبر خلاصة. في صفحتها تجدون الطريقة.

about-privacy-heading = القراءة هنا
about-privacy-trackers = لا تتبّع ولا إعلانات ولا أطراف ثالثة: كل ما في هذه الصفحات يأتي من هذا الخادم وحده.
about-privacy-logs = عنوانكم على الشبكة لا يُخزَّن ولا يُسجَّل.
about-privacy-cookies = لا يتلقى القرّاء ملفات تعريف ارتباط. يُستعمل ملف واحد لتسجيل الدخول فقط وما دام العضو مسجّلًا.
about-privacy-members = الجماعات هي التي تتكلم هنا لا الأشخاص: لا يخرج من هذا الخادم أبدًا اسم العضو الذي كتب أو نشر.
about-privacy-public = البيانات علنية وتنتقل إلى خوادم أخرى؛ ما أُرسل إليها يمكن سحبه، لكن لا يمكن دائمًا استرجاعه.
about-network-heading = جزء من شبكة
about-network = يتحدث هذا الخادم بروتوكول ActivityPub. يمكن متابعة جماعاته ومشاركة ما تنشره والرد عليها من خوادم أخرى، ولا تحتاج أي منها إلى منصة مركزية.
about-software-heading = البرنامج
about-software = كومونار برنامج حر برخصة AGPL: لكل جماعة أن تشغّله وتقرأه وتغيّره وتشاركه.
about-languages = اللغات

waiting-heading = لم يُجهَّز هذا الخادم بعد
waiting-text = من شغّله يجد في سجله رابطًا يُكمل به الإعداد في المتصفح.

follow-heading = المتابعة
follow-help = في ماستودون أو في شبكة أخرى من الفيديفرس، ألصقوا هذا في خانة البحث:
interact-answer = ردّ
interact-back = العودة إلى حيث كنتم
interact-boost = إعادة نشر
interact-follow = متابعة
interact-go = تابعوا
interact-going = تتابعون على خادمكم { $server }.
interact-heading = من خادمكم
interact-help = حسابكم على ماستودون أو خادم مثله. نسأل خادمكم أين تتابعون، ولا نحفظ شيئاً.
interact-help-post = لإعادة نشر هذا أو الردّ عليه بحسابكم على ماستودون أو خادم مثله. لا نحفظ شيئاً.
interact-server = عنوانكم أو خادمكم
follow-feed = أو خذوا الخلاصة (Atom)

collective-moved = انتقلت هذه المجموعة. حسابها الجديد:
collective-tagged = بيانات بوسم #{ $tag }
collective-all = كل البيانات
collective-contact = التواصل
collective-others = سائر البيانات
collective-pinned = مثبّتة
collective-write = اكتبوا إلينا
collective-website = الموقع
count-followers = { $count ->
    [zero] لا متابعين
    [one] متابع واحد
    [two] متابعان
    [few] { $count } متابعين
    [many] { $count } متابعًا
   *[other] { $count } متابع
}
count-replies = { $count ->
    [zero] لا ردود
    [one] رد واحد
    [two] ردّان
    [few] { $count } ردود
    [many] { $count } ردًّا
   *[other] { $count } رد
}

statement-kicker = بيان
statement-posters = للطباعة
statement-warning = تنبيه إلى المحتوى
statement-edited = عُدّل في { $date }؛
statement-quotes = يقتبس هذا البيان
statement-see-changes = انظروا ما الذي تغيّر
statement-demands = مطالبنا
statement-contact = للتواصل:
statement-hashtags = الوسوم
statement-replies-help = ردود من خوادم أخرى اختارت الجماعة إظهارها.
share-heading = شاركوا هذا البيان
share-help = للمشاركة أو الإعجاب أو الرد، ألصقوا هذا العنوان في خانة البحث في خادمكم:
figure-boosts = { $count ->
    [zero] مشاركة
    [one] مشاركة
    [two] مشاركتان
    [few] مشاركات
   *[other] مشاركة
}
figure-likes = { $count ->
    [zero] إعجاب
    [one] إعجاب
    [two] إعجابان
    [few] إعجابات
   *[other] إعجابًا
}
figures-help = أحصاها هذا الخادم وتحقق من كل منها.

withdrawn-kicker = مسحوب
withdrawn-on = سحبت { $collective } هذا البيان في { $date }.
withdrawn-because = السبب المُعلن:
withdrawn-no-reason = لم يُذكر سبب.
withdrawn-stays = يبقى العنوان، ليعرف من يتبع رابطًا قديمًا ما الذي حدث.

versions-heading = النسخ
versions-title = نسخ «{ $title }»
versions-help = كل نسخة نُشرت تبقى متاحة للقراءة.
version-number = النسخة { $n }
version-current = الحالية
version-first = النسخة الأولى
version-legend = مقارنة بالنسخة السابقة:
version-added = أُضيف
version-removed = حُذف
version-now = إلى البيان

count-endorsements = { $count ->
    [zero] لا توقيعات
    [one] توقيع واحد
    [two] توقيعان مشتركان
    [few] { $count } توقيعات
    [many] { $count } توقيعًا
   *[other] { $count } توقيع
}
endorsement-state-earlier-version = لنسخة سابقة
endorsement-state-indicative = مبدئي
endorsement-state-lapsed = سقط
endorsement-state-ratified = مصادق عليه
endorsement-state-unverified = لا يمكن التحقق منه الآن
endorsement-state-withdrawn = مسحوب
endorsements-help = توقّع الجماعات من خوادمها هي، وتصادق الجمعية على ما هو مبدئي. كل توقيع مربوط بهذا النص نفسه، ويمكن لأي أحد التحقق منه.
