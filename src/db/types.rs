//! How the domain's words and lists stand in a row: enums as Text, lists and objects as JSON in Text.

use crate::domain::{call, consent, decision, endorsement, names, proposed};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, Queryable},
    serialize::{self, Output, ToSql},
    sql_types::{Nullable, Text},
};
use std::sync::OnceLock;

/// Makes a `word_enum!` usable as a `Text` column on every backend.
macro_rules! text_column {
    ($($name:ty),+ $(,)?) => { $(
        impl<DB: Backend> ToSql<Text, DB> for $name where str: ToSql<Text, DB> {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <str as ToSql<Text, DB>>::to_sql(self.as_str(), out)
            }
        }
        impl<DB: Backend> FromSql<Text, DB> for $name where String: FromSql<Text, DB> {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(String::from_sql(bytes)?.parse()?)
            }
        }
        impl<DB: Backend> Queryable<Text, DB> for $name where $name: FromSql<Text, DB> {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> { Ok(row) }
        }
        impl diesel::expression::AsExpression<Text> for $name {
            type Expression = diesel::internal::derives::as_expression::Bound<Text, Self>;
            fn as_expression(self) -> Self::Expression { Self::Expression::new(self) }
        }
        impl<'a> diesel::expression::AsExpression<Text> for &'a $name {
            type Expression = diesel::internal::derives::as_expression::Bound<Text, &'a $name>;
            fn as_expression(self) -> Self::Expression { Self::Expression::new(self) }
        }
        impl<DB: Backend> ToSql<Nullable<Text>, DB> for $name where $name: ToSql<Text, DB> {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <$name as ToSql<Text, DB>>::to_sql(self, out)
            }
        }
        impl diesel::expression::AsExpression<Nullable<Text>> for $name {
            type Expression = diesel::internal::derives::as_expression::Bound<Nullable<Text>, Self>;
            fn as_expression(self) -> Self::Expression { Self::Expression::new(self) }
        }
        impl<'a> diesel::expression::AsExpression<Nullable<Text>> for &'a $name {
            type Expression = diesel::internal::derives::as_expression::Bound<Nullable<Text>, &'a $name>;
            fn as_expression(self) -> Self::Expression { Self::Expression::new(self) }
        }
    )+ };
}

text_column!(
    names::Role,
    names::MemberState,
    names::TokenPurpose,
    names::SessionStage,
    names::FollowState,
    names::StatementState,
    names::StatementForm,
    names::Visibility,
    names::InboxKind,
    names::DeliveryState,
    names::KeyKind,
    names::SignatureScheme,
    names::BlockKind,
    names::RelayStyle,
    names::RelayState,
    call::CallStatus,
    call::Face,
    proposed::ProposedState,
    consent::ConsentKind,
    consent::ConsentState,
    consent::PolicyScope,
    consent::Verdict,
    endorsement::EndorsementState,
    endorsement::AuthorState,
    endorsement::Fault,
    decision::Stage,
    decision::Procedure,
    decision::Choice,
    decision::Outcome,
);

/// A value kept as JSON text: `Json<Vec<String>>` for a column of type `Text`.
///
/// The text is made once and kept beside the value, since diesel's multi-backend binds borrow it; so the value can't be
/// changed in place.
#[derive(Debug, Clone, PartialEq, Eq, Default, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Json<T> {
    value: T,
    text: OnceLock<String>,
}

impl<T> Json<T> {
    pub fn new(value: T) -> Self {
        Self { value, text: OnceLock::new() }
    }

    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T: serde::Serialize> Json<T> {
    fn text(&self) -> serde_json::Result<&str> {
        if let Some(text) = self.text.get() {
            return Ok(text);
        }
        let text = serde_json::to_string(&self.value)?;
        Ok(self.text.get_or_init(|| text))
    }
}

impl<T> std::ops::Deref for Json<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T, DB: Backend> ToSql<Text, DB> for Json<T>
where
    T: serde::Serialize + std::fmt::Debug,
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.text()?.to_sql(out)
    }
}

impl<T, DB: Backend> FromSql<Text, DB> for Json<T>
where
    String: FromSql<Text, DB>,
    T: serde::de::DeserializeOwned,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::new(serde_json::from_str(&String::from_sql(bytes)?)?))
    }
}
