//! The server starts, says how it is, and stops.

use crate::harness::{Backend, Instance, backends, client};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_instance_answers_before_it_is_set_up() {
    for backend in backends() {
        let mut instance = Instance::builder("river", backend).not_set_up().start().await;
        instance.leave_queue();
        for path in ["/healthz", "/readyz"] {
            let answer = client().get(instance.url(path)).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{backend:?} {path}");
            assert!(answer.text().await.unwrap().ends_with('\n'));
        }
        let (code, took) = instance.terminate();
        assert_eq!(code, Some(0));
        assert!(took.as_secs() < 10, "{took:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_name_yet_tells_strangers_what_to_do() {
    let instance = Instance::builder("river", Backend::Sqlite).env("INSTANCE__DOMAIN", "").not_set_up().start().await;
    let stranger = client().get(instance.url("/")).header("host", "evil.example").send().await.unwrap();
    assert_eq!(stranger.status(), 421);
    let said = stranger.text().await.unwrap();
    assert!(said.contains("isn't set up yet") && said.contains("instance.domain"), "{said}");
}

#[test]
fn every_migration_exists_for_both_databases() {
    let names = |place: &str| {
        let mut names: Vec<String> = std::fs::read_dir(format!("migrations/{place}"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}
