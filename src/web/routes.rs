//! The table of routes: who may use each. Registration and the test that walks all routes read the same lines.

/// Who may use a route; everybody else is refused or sent to the sign-in page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Everybody,
    Member,
    Steward,
}

/// One route. `path` is actix's pattern.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub who: Who,
}

/// Makes `ROUTES` and `routes` from lines such as `"/account" Member { get => page, post => submit }`.
macro_rules! routes {
    ($($path:literal $who:ident { $($method:ident => $handler:path),+ $(,)? })+) => {
        /// These pages' part of the table.
        pub const ROUTES: &[$crate::web::routes::Route] = &[$($(
            $crate::web::routes::Route { method: stringify!($method), path: $path, who: $crate::web::routes::Who::$who },
        )+)+];

        pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
            $(cfg.service(actix_web::web::resource($path)$(.route(actix_web::web::$method().to($handler)))+);)+
        }
    };
}
pub(crate) use routes;
