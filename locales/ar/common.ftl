# كلمات مشتركة بين كل الصفحات. كل رسالة هنا نص، لا HTML.

again-count = { $often } ({ $count } مرات في المجموع)
again-daily = كل يوم
again-monthly = كل شهر
again-often = مرة بعد مرة، كما في التقويم
again-until = { $often } حتى { $day }
again-weekly = كل أسبوع
again-yearly = كل سنة
city-as-typed = لا شيء منها: «{ $name }» كما كتبتُها
city-find = ابحثوا عن المدينة
city-help = بأي لغة أو خط: القاهرة أو Amed أو «Paris, Texas». القرية التي لا نجدها تبقى كما كتبتموها.
city-label = المدينة
city-source = أسماء المدن من
city-which = أي مدينة تقصدون؟
date = { $day } { $month } { $year }
date-time = { $date }، { $time } بالتوقيت العالمي
file-size-kilobytes = { $n } كيلوبايت
file-size-megabytes = { $n } ميغابايت
map-around = { $count } في { $place } وما حولها
map-label = خريطة ({ $count } أماكن)
map-more = و{ $count } أخرى
map-several = { $count } في { $place }
map-source = رُسمت الخريطة من
month-1 = يناير
month-2 = فبراير
month-3 = مارس
month-4 = أبريل
month-5 = مايو
month-6 = يونيو
month-7 = يوليو
month-8 = أغسطس
month-9 = سبتمبر
month-10 = أكتوبر
month-11 = نوفمبر
month-12 = ديسمبر

page-title = { $page } · { $site }
skip-to-content = إلى المحتوى مباشرة
nav-main = القائمة الرئيسية
nav-languages = لغة هذا الموقع
nav-statements = البيانات
nav-about = من نحن
nav-sign-in = تسجيل الدخول
nav-desk = المكتب
nav-steward = الرعاية
footer-privacy = لا تتبّع، ولا أطراف ثالثة، ولا تسجيل لعناوينكم.
footer-software = يعمل على كومونار { $version }، وهو برنامج حر.

count-statements = { $count ->
    [zero] لا بيانات
    [one] بيان واحد
    [two] بيانان
    [few] { $count } بيانات
    [many] { $count } بيانًا
   *[other] { $count } بيان
}

pages-newer = الأحدث
pages-older = الأقدم
pages-label = الصفحات
optional = اختياري
error-summary-heading = { $count ->
    [zero] لا شيء يحتاج إلى مراجعة
    [one] أمر واحد يحتاج إلى مراجعة
    [two] أمران يحتاجان إلى مراجعة
    [few] { $count } أمور تحتاج إلى مراجعة
    [many] { $count } أمرًا يحتاج إلى مراجعة
   *[other] { $count } أمر يحتاج إلى مراجعة
}
error-try-again = حاولوا مرة أخرى
error-go-home = إلى الصفحة الأولى
error-status = خطأ { $status }
