# الفعاليات المحلية ضمن نداء: القوائم والخرائط وخط الأيام، والملصقات.

action-accessibility = إتاحة المكان
action-languages = اللغات المحكية
actions-all = كل الفعاليات مع الخريطة
actions-all-day = طوال اليوم
actions-earlier = الأسبق
actions-later = الأحدث
actions-pages = صفحات الفعاليات
actions-theirs = بتوقيت مكانكم: { $when }
actions-zone = مدينتكم أو منطقتكم الزمنية
actions-zone-help = الأوقات بساعة كل مكان. اكتبوا أين أنتم لتروا توقيتكم إلى جانبها، ولا نحفظ ذلك في أي موضع.
actions-zone-show = اعرضوا توقيتي
actions-zone-shown = إلى جانب كل وقت توقيت { $zone }.
actions-zone-unknown = لا نعرف مدينة أو منطقة زمنية بهذا الاسم. جرّبوا مدينة أكبر قريبة، أو اسمًا مثل Europe/Paris.
count-actions = { $count ->
    [zero] لا فعاليات محلية
    [one] فعالية محلية واحدة
    [two] فعاليتان محليتان
    [few] { $count } فعاليات محلية
    [many] { $count } فعالية محلية
   *[other] { $count } فعالية محلية
}
count-countries = { $count ->
    [zero] لا بلدان
    [one] بلد واحد
    [two] بلدان
    [few] { $count } بلدان
    [many] { $count } بلدًا
   *[other] { $count } بلد
}
count-towns = { $count ->
    [zero] لا مدن
    [one] مدينة واحدة
    [two] مدينتان
    [few] { $count } مدن
    [many] { $count } مدينة
   *[other] { $count } مدينة
}
map-as-list = الخريطة قائمةً
poster-link = ملصق ({ $size })
poster-pdf = PDF، { $size }
poster-scan = كل ما يخصه، وكل الفعاليات:
poster-town = ملصق { $town }
timeline-heading = يومًا بيوم
timeline-label = خط الأيام
weekday-1 = الاثنين
weekday-2 = الثلاثاء
weekday-3 = الأربعاء
weekday-4 = الخميس
weekday-5 = الجمعة
weekday-6 = السبت
weekday-7 = الأحد
weekday-and-day = { $weekday }، { $day }
when-clock = { $start }–{ $end }
