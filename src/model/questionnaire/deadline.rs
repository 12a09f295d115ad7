//! The time until which applications are accepted, in the time zone of those who receive them.

use jiff::civil::DateTime;
use jiff::tz::TimeZoneDatabase;
use jiff::{Timestamp, ZonedDateTime};

use crate::model::date::PartialDate;
use crate::model::text::{ago, did_you_mean, plural};

/// How a deadline is written.
const EXPECTED: &str = "write date, time and time zone: `2026-09-30T17:00 Europe/Brussels`";

/// The time until which applications are accepted. An application that was saved in this very minute
/// is in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline(ZonedDateTime);

impl Deadline {
    /// Parses a date, a time and the name of a time zone. A deadline without a time is the end of
    /// the day. The zones are those built into the program, so that no file is read.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: String| Err(format!("`deadline` {why}; {EXPECTED}"));
        let words: Vec<&str> = text.split_whitespace().collect();
        let Some((zone, when)) = words.split_last() else { return wrong("is empty".to_owned()) };
        if when.is_empty() || !zone.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return wrong(format!("has no time zone, found `{text}`"));
        }
        let when = match when {
            [day] if !day.contains(['T', 't']) => format!("{day}T23:59"),
            when => when.join("T"),
        };
        let Ok(time) = when.parse::<DateTime>() else {
            return wrong(format!("is not a date and time, found `{}`", when.replace('T', " ")));
        };
        let zones = TimeZoneDatabase::bundled();
        let Ok(known) = zones.get(zone) else {
            let names: Vec<String> = zones.available().map(|name| name.to_string()).collect();
            let meant = nearest_zone(zone, &names);
            let unknown = format!("has an unknown time zone `{zone}`");
            return match meant {
                Some(name) => Err(format!("`deadline` {unknown}; did you mean `{name}`?")),
                None => wrong(unknown),
            };
        };
        time.to_zoned_datetime(known).map(Self).or_else(|error| wrong(error.to_string()))
    }

    /// Returns the time: `30 September 2026, 17:00 (Europe/Brussels)`.
    pub(crate) fn long(&self) -> String {
        let zone = self.0.time_zone().iana_name().unwrap_or("UTC");
        let day = PartialDate::from(self.0.date()).long();
        format!("{day}, {} ({zone})", self.0.strftime("%H:%M"))
    }

    /// Returns how long applications are still accepted, `closes in 5 days`, or since when they are
    /// not, `closed 2 days ago`. From the last day on, hours or minutes are counted.
    pub(crate) fn describe(&self, now: Timestamp) -> String {
        let seconds = self.0.timestamp().as_second() - now.as_second();
        let number = |number: i64| usize::try_from(number).unwrap_or(0);
        match seconds {
            ..0 => format!("closed {}", ago(self.0.timestamp(), now)),
            0..3600 => format!("closes in {}", plural(number(seconds / 60), "minute", "minutes")),
            3600..86_400 => {
                format!("closes in {}", plural(number(seconds / 3600), "hour", "hours"))
            }
            _ => {
                let today = now.to_zoned_datetime(self.0.time_zone().clone()).date();
                let days = today.duration_until(self.0.date()).as_hours() / 24;
                format!("closes in {}", plural(number(days), "day", "days"))
            }
        }
    }

    /// Returns how long applications are accepted, in words and as a time.
    pub(crate) fn describe_in_full(&self, now: Timestamp) -> String {
        format!("{}: {}", self.describe(now), self.long())
    }

    /// Says that an application was saved after the deadline, or returns `None` if it was in time.
    pub(crate) fn lateness(&self, saved: Timestamp) -> Option<String> {
        if saved.as_second() < self.0.timestamp().as_second() + 60 {
            return None;
        }
        let saved = saved.to_zoned_datetime(self.0.time_zone().clone());
        let day = PartialDate::from(saved.date()).long();
        let time = saved.strftime("%H:%M");
        Some(format!("saved on {day}, {time}, after the deadline of {}", self.long()))
    }
}

/// Returns the zone that was probably meant: one that is spelt alike, or that of the named city.
fn nearest_zone<'a>(typed: &str, names: &'a [String]) -> Option<&'a str> {
    let city = |name: &str| name.rsplit('/').next().unwrap_or(name).to_lowercase();
    let in_city = names.iter().find(|name| city(name) == city(typed)).map(String::as_str);
    in_city.or_else(|| {
        let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
        let meant = did_you_mean(typed, lower.iter().map(String::as_str))?;
        names.iter().map(String::as_str).find(|name| name.to_lowercase() == meant)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    #[test]
    fn a_deadline_has_a_date_a_time_and_a_zone() {
        for (text, long) in [
            ("2026-09-30T17:00 Europe/Brussels", "30 September 2026, 17:00 (Europe/Brussels)"),
            ("2026-09-30 17:00 europe/brussels", "30 September 2026, 17:00 (Europe/Brussels)"),
            ("2026-09-30T17:00:30 UTC", "30 September 2026, 17:00 (UTC)"),
            ("2026-09-30 Pacific/Auckland", "30 September 2026, 23:59 (Pacific/Auckland)"),
        ] {
            assert_eq!(Deadline::parse(text).unwrap().long(), long);
        }
    }

    #[test]
    fn what_is_wrong_with_a_deadline_is_said() {
        for (text, why) in [
            ("", "is empty"),
            ("2026-09-30T17:00", "has no time zone, found `2026-09-30T17:00`"),
            ("2026-09-30T17:00 +02:00", "has no time zone"),
            ("2026-09-30T17:00Z", "has no time zone"),
            ("30 September 2026 Europe/Brussels", "is not a date and time"),
            (
                "2026-09-31T17:00 Europe/Brussels",
                "is not a date and time, found `2026-09-31 17:00`",
            ),
            ("2026-09-30T25:00 Europe/Brussels", "is not a date and time"),
            ("soon Europe/Brussels", "is not a date and time"),
            (
                "2026-09-30T17:00 Brussels",
                "unknown time zone `Brussels`; did you mean `Europe/Brussels`?",
            ),
            ("2026-09-30T17:00 Europe/Brusels", "; did you mean `Europe/Brussels`?"),
        ] {
            let found = Deadline::parse(text).unwrap_err();
            let helps = found.ends_with(EXPECTED) || found.contains("did you mean");
            assert!(found.contains(why) && helps, "{text}: {found}");
        }
    }

    #[test]
    fn the_time_left_is_counted_in_days_then_in_hours_and_minutes() {
        let deadline = Deadline::parse("2026-09-30T17:00 Europe/Brussels").unwrap();
        for (now, left) in [
            ("2026-09-25T08:00:00Z", "closes in 5 days"),
            // In Brussels it is the 26th already.
            ("2026-09-25T22:30:00Z", "closes in 4 days"),
            ("2026-09-29T14:59:00Z", "closes in 1 day"),
            ("2026-09-29T15:30:00Z", "closes in 23 hours"),
            ("2026-09-30T13:59:00Z", "closes in 1 hour"),
            ("2026-09-30T14:30:00Z", "closes in 30 minutes"),
            ("2026-09-30T15:00:01Z", "closed just now"),
            ("2026-10-02T16:00:00Z", "closed 2 days ago"),
        ] {
            assert_eq!(deadline.describe(at(now)), left, "{now}");
        }
    }

    #[test]
    fn an_application_is_late_from_the_next_minute_on() {
        let deadline = Deadline::parse("2026-03-29T02:30 Europe/Brussels").unwrap();
        // The clock leaps from 02:00 to 03:00 in this night.
        assert_eq!(deadline.long(), "29 March 2026, 03:30 (Europe/Brussels)");
        assert_eq!(deadline.lateness(at("2026-03-29T01:30:59Z")), None);
        assert_eq!(
            deadline.lateness(at("2026-03-29T01:31:00Z")).unwrap(),
            "saved on 29 March 2026, 03:31, after the deadline of 29 March 2026, 03:30 (Europe/Brussels)"
        );
    }
}
