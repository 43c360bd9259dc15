# The register of a statement, and the page that checks one. Each message here is text, never HTML.
register-all = الكل
register-check = تحققوا بأنفسكم
register-check-help = لا يلزم أن تصدقوا هذه الصفحة: كل توقيع موجود أيضًا على خادم مجموعته.
register-check-one = تحقق
register-check-this = التحقق من البيان
register-countries = حسب البلد
register-countries-help = من يوقّع النص كما هو الآن. كل مجموعة تذكر بلدها بنفسها، أو لا تذكره.
register-country = البلد
register-download = تنزيل السجل
register-download-csv = جدول (CSV)
register-download-help = تحوي الحزمة البيان وكل توقيع مشترك مع توقيعاته الرقمية، ويمكن التحقق منها في أي مكان.
register-download-json = للبرامج (JSON)
register-download-tar = حزمة موقّعة (tar)
register-empty = لا أحد هنا.
register-equivocal = انتبهوا: قالت هذه المجموعة شيئين مختلفين تحت الرقم نفسه. اسألوها أيهما الصحيح.
register-fault-changed = منذ { $date } يوجد شيء آخر في عنوانه، فلا يُحسب.
register-fault-gone = منذ { $date } يقول خادمه إنه غير موجود، فلا يُحسب.
register-fault-stamp = منذ { $date } لا يُعثر على موافقة الكاتب، فلا يُحسب.
register-fault-statement = منذ { $date } لا يُعثر على البيان، فلا يُحسب.
register-filter = عرض
register-found = { $count ->
    [zero] لا قيود
    [one] قيد واحد
    [two] قيدان
    [few] { $count } قيود
    [many] { $count } قيدًا
   *[other] { $count } قيد
}
register-how-many = مجموعات
register-kicker = سجل التوقيعات المشتركة
register-ratify-by = تُنتظر المصادقة حتى { $date }
register-search = الاسم أو الخادم
register-state = الحالة
register-title = من يوقّع: { $title }
register-whole = السجل كاملًا
verify-address = عنوان بيان أو توقيع مشترك
verify-address-help = مثل ‎https://river.example/statements/…‎ ويُطلب من خادمه في هذه اللحظة.
verify-again = تحقق من آخر
verify-button = تحقق
verify-check-authentic-no = يقول خادمها شيئًا آخر، ولا توقيع صالح يثبت أن صاحبه قال هذا.
verify-check-authentic-yes = يقول خادمها الشيء نفسه، أو هو موقّع بمفتاح صاحبه.
verify-check-digest-no = النص الآن غير النص الذي وُقّع.
verify-check-digest-yes = هو مرتبط بهذا النص بعينه.
verify-check-equivocation-no = انتبهوا: تقول الجهة الموقّعة أشياء مختلفة تحت الرقم نفسه.
verify-check-equivocation-yes = تقول الجهة الموقّعة الشيء نفسه للجميع.
verify-check-form-no = ليس توقيعًا مشتركًا كاملًا.
verify-check-form-yes = هو توقيع مشترك كامل.
verify-check-listed-no = يورده السجل على غير ما هو.
verify-check-listed-yes = يورده السجل كما هو.
verify-check-newest-no = قالت الجهة الموقّعة شيئًا بعد ذلك.
verify-check-newest-yes = هذه هي الكلمة الأخيرة.
verify-check-origin-no = يوجد على خادم غير خادم الجهة المنسوب إليها.
verify-check-origin-yes = يوجد على خادم الجهة المنسوب إليها.
verify-check-register-no = سجلّه على خادم غير خادم كاتبه.
verify-check-register-yes = سجلّه على خادم كاتبه.
verify-check-size-no = السجل أطول من أن يُفحص كله هنا. سطر الأوامر يفحص أكثر منه.
verify-check-size-yes = فُحص السجل كله.
verify-check-stamp-no = لم يوافق كاتب البيان عليه، أو سحب موافقته.
verify-check-stamp-yes = يقبل كاتب البيان به.
verify-check-standing-no = سُحب، أو انقضت مهلة المصادقة عليه.
verify-check-standing-yes = هو قائم كما قيل.
verify-check-statement-no = تعذّر العثور على البيان على خادم كاتبه.
verify-check-statement-yes = البيان موجود على خادم كاتبه.
verify-heading = التحقق من توقيع مشترك
verify-kind-endorsement = التوقيع المشترك
verify-kind-entry = قيد في السجل
verify-kind-register = السجل
verify-kind-statement = البيان
verify-lead = كل شرط يُحسب به التوقيع المشترك، مسؤولًا عنه لدى خوادم أصحابه. لا نأخذ بعدّ أحد.
verify-no = ليس كل شيء صحيحًا.
verify-yes = كل شيء صحيح.
