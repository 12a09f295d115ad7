//! Dates as people write them, day first: a day, or a month if the day is not known.

use std::fmt;
use std::ops::RangeInclusive;

use jiff::civil::Date;

const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The years that are accepted without a question. Others are probably typing errors.
const USUAL_YEARS: RangeInclusive<i16> = 1950..=2100;

/// Returned for a text that does not look like a date.
const EXPECTED: &str =
    "; write day, month and year, such as 5 October 2021, or October 2021 if the day is not known";

/// A day, or a month of which the day is not known. Displayed as in drafts: `2021-10-05` or
/// `2021-10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartialDate {
    /// The day, or the first day of the month.
    first: Date,
    has_day: bool,
}

impl PartialDate {
    /// Parses a date: `2021-10-05`, `5 October 2021`, `Tue, 5th Oct 21`, `October 5, 2021`, or day first
    /// with `/`, `.` or `-` between: `5/10/2021`, `5.10.21`. The day may be missing: `October 2021`,
    /// `10/2021`, `2021-10`. A year of two digits is between 1950 and 2049.
    ///
    /// # Errors
    /// Says why the text is not a date, to follow "is not a date".
    pub fn parse(typed: &str) -> Result<Self, String> {
        let separators = |c: char| c.is_whitespace() || matches!(c, '/' | '.' | '-' | ',');
        let mut parts: Vec<&str> = typed.split(separators).collect();
        parts.retain(|part| !part.is_empty() && !says_nothing(part));
        let parsed = match parts.as_slice() {
            [first, second] => month(first)
                .zip(long_year(second))
                .or_else(|| month(second).zip(long_year(first)))
                .map(|(month, year)| (year, month, None)),
            [first, second, third] => long_year(first)
                .zip(month(second))
                .zip(day(third))
                .or_else(|| year(third).zip(month(second)).zip(day(first)))
                .or_else(|| year(third).zip(month_name(first)).zip(day(second)))
                .map(|((year, month), day)| (year, month, Some(day))),
            _ => None,
        };
        let (year, month, day) = parsed.ok_or(EXPECTED)?;
        let Ok(first) = Date::new(year, month, 1) else {
            let swapped = day.and_then(|day| Some((month, name_of_month(day)?)));
            let meant = swapped.filter(|(day, _)| (1..=31).contains(day));
            let meant =
                meant.map(|(day, month)| format!("; if it is {day} {month} {year}, write that"));
            return Err(format!(": there is no month {month}{}", meant.unwrap_or_default()));
        };
        let Some(day) = day else { return Ok(Self { first, has_day: false }) };
        let days = first.days_in_month();
        let date = Date::new(year, month, day)
            .map_err(|_| format!(": {} has {days} days", Self { first, has_day: false }.long()))?;
        Ok(Self { first: date, has_day: true })
    }

    /// Whether the day is known.
    pub fn has_day(self) -> bool {
        self.has_day
    }

    /// Returns the first day that can be meant.
    pub fn earliest(self) -> Date {
        self.first
    }

    /// Returns the last day that can be meant.
    pub fn latest(self) -> Date {
        if self.has_day { self.first } else { self.first.last_of_month() }
    }

    /// Whether the year is one that is hardly ever meant, such as 0021 or 2201.
    pub fn has_unusual_year(self) -> bool {
        !USUAL_YEARS.contains(&self.first.year())
    }

    /// Whether a person could have meant another date by a text that was read as this date: `5/10/2021`
    /// may have the month first, and `5.10.21` has no century.
    pub fn is_ambiguous_in(self, typed: &str) -> bool {
        let numbers: Vec<&str> = typed.split(['/', '.', '-']).map(str::trim).collect();
        let [first, _, last] = numbers.as_slice() else { return false };
        let swappable = self.first.day() <= 12 && self.first.day() != self.first.month();
        first.len() != 4 && (swappable || last.len() < 4)
    }

    /// Returns the date in words, which cannot be misread: `5 October 2021` or `October 2021`.
    pub fn long(self) -> String {
        let day = if self.has_day { format!("{} ", self.first.day()) } else { String::new() };
        let month = name_of_month(self.first.month()).unwrap_or_default();
        format!("{day}{month} {:04}", self.first.year())
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_day {
            self.first.fmt(f)
        } else {
            write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
        }
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self { first: date, has_day: true }
    }
}

/// Returns the English name of a month, or `None` if there is no such month.
fn name_of_month(month: i8) -> Option<String> {
    Some(Date::new(2000, month, 1).ok()?.strftime("%B").to_string())
}

/// Whether a part of a date does not say which date it is: `of`, `the` or a day of the week.
fn says_nothing(part: &str) -> bool {
    let part = part.to_lowercase();
    let is_weekday = |name: &&str| part.len() >= 3 && name.starts_with(&part);
    part == "of" || part == "the" || WEEKDAYS.iter().any(is_weekday)
}

/// Parses one or two digits.
fn number(part: &str) -> Option<i8> {
    let digits = part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    part.parse().ok().filter(|_| digits)
}

/// Parses a day: `5` or `5th`.
fn day(part: &str) -> Option<i8> {
    let digits = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffix = part.get(digits.len()..).unwrap_or_default().to_ascii_lowercase();
    number(digits).filter(|_| matches!(suffix.as_str(), "" | "st" | "nd" | "rd" | "th"))
}

/// Parses a month, which may not exist: `10`, `13` or `Oct`.
fn month(part: &str) -> Option<i8> {
    number(part).or_else(|| month_name(part))
}

/// Parses the name of a month, or the start of one with at least three letters.
fn month_name(part: &str) -> Option<i8> {
    let part = part.to_lowercase();
    let named = |name: String| part.len() >= 3 && name.to_lowercase().starts_with(&part);
    (1..=12).find(|month| name_of_month(*month).is_some_and(named))
}

/// Parses a year of four digits.
fn long_year(part: &str) -> Option<i16> {
    let digits = part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    part.parse().ok().filter(|_| digits)
}

/// Parses a year of four or two digits: `2021`, `21` or `'21`.
fn year(part: &str) -> Option<i16> {
    let short = part.trim_start_matches(['\'', '’']);
    let short = number(short).filter(|_| short.len() == 2).map(i16::from);
    let century = |year: i16| if year < 50 { 2000 } else { 1900 };
    long_year(part).or_else(|| short.map(|year| century(year) + year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_parsed_day_first_in_every_common_spelling() {
        for typed in [
            "2021-10-05",
            "5/10/2021",
            "05.10.2021",
            "5. 10. 2021",
            "5-10-2021",
            "5.10.21",
            "5 10 21",
            "5 October 2021",
            "5 oct 2021",
            "5 Oct '21",
            "October 5, 2021",
            "Oct 5 21",
            "5th October 2021",
            "5TH of October 2021",
            "2021 October 5",
            "Tuesday, 5 October 2021",
            "Tue the 5th of October, 2021",
        ] {
            assert_eq!(PartialDate::parse(typed).unwrap().to_string(), "2021-10-05", "{typed}");
        }
        for typed in ["October 2021", "oct 2021", "10/2021", "2021-10", "10.2021"] {
            let date = PartialDate::parse(typed).unwrap();
            assert_eq!((date.to_string(), date.long()), ("2021-10".into(), "October 2021".into()));
        }
        assert_eq!(PartialDate::parse("5 nov 22").unwrap().long(), "5 November 2022");
        assert_eq!(PartialDate::parse("5/1/98").unwrap().long(), "5 January 1998");
        assert_eq!(PartialDate::parse("5/10/0021").unwrap().long(), "5 October 0021");
    }

    #[test]
    fn what_is_not_a_date_says_why() {
        for (typed, why) in [
            ("31/2/2021", ": February 2021 has 28 days"),
            ("29 February 2024", ""),
            ("0 May 2021", ": May 2021 has 31 days"),
            ("5/13/2021", ": there is no month 13; if it is 13 May 2021, write that"),
            ("13/2021", ": there is no month 13"),
            ("45/45/2021", ": there is no month 45"),
            ("soon", EXPECTED),
            ("", EXPECTED),
            ("2021", EXPECTED),
            ("Oct 21", EXPECTED),
            ("1 2 3", EXPECTED),
            ("+5/10/2021", EXPECTED),
            ("5/10/+021", EXPECTED),
            ("5 October 2021 or later", EXPECTED),
        ] {
            let found = PartialDate::parse(typed).err().unwrap_or_default();
            assert_eq!(found, why, "{typed}");
        }
    }

    #[test]
    fn a_month_lasts_from_its_first_day_to_its_last() {
        let [month, day] =
            ["February 2024", "5.2.24"].map(|typed| PartialDate::parse(typed).unwrap());
        assert_eq!(month.earliest().to_string(), "2024-02-01");
        assert_eq!(month.latest().to_string(), "2024-02-29");
        assert_eq!(day.earliest(), day.latest());
        assert!(!month.has_day() && day.has_day());
    }

    #[test]
    fn a_date_that_can_be_read_in_another_way_is_ambiguous() {
        for (typed, ambiguous) in [
            ("5/10/2021", true),
            ("15/10/2021", false),
            ("15/10/21", true),
            ("10/10/2021", false),
            ("2021-10-05", false),
            ("5 October 2021", false),
        ] {
            let date = PartialDate::parse(typed).unwrap();
            assert_eq!(date.is_ambiguous_in(typed), ambiguous, "{typed}");
        }
    }
}
