//! The questionnaire that is built into the program.

use good_practice::internals::{BUILT_IN, Need, parse_questionnaire};

#[test]
fn the_built_in_questionnaire_is_complete() {
    let form = parse_questionnaire(BUILT_IN).unwrap();
    assert_eq!(form.sections.len(), 6);
    assert_eq!(form.numbered(), 25);
    assert_eq!(form.declarations.len(), 2);
    assert_eq!(form.footnotes.len(), 9);
    let limits: Vec<_> = form
        .questions()
        .filter_map(|(_, question)| Some((question.number?, question.text_field()?.1?.words)))
        .collect();
    let expected = [
        (6, 600),
        (8, 150),
        (9, 150),
        (10, 150),
        (11, 200),
        (12, 200),
        (13, 300),
        (14, 150),
        (15, 150),
        (16, 150),
        (17, 150),
        (18, 150),
        (19, 200),
        (20, 200),
        (21, 300),
        (22, 150),
        (23, 150),
        (24, 150),
        (25, 150),
    ];
    assert_eq!(limits, expected);
    let needs = |need: fn(&Need) -> bool| -> Vec<usize> {
        form.questions()
            .filter(|(_, question)| need(&question.need))
            .filter_map(|(_, question)| question.number)
            .collect()
    };
    assert_eq!(needs(|need| *need == Need::IfApplicable), [14, 15, 22]);
    assert_eq!(needs(|need| matches!(need, Need::RequiredWhen(_))), [24, 25]);
    let notes = |number: usize| -> Vec<usize> {
        let (question, _) = form.find(&number.to_string()).unwrap();
        form.notes_of(question).iter().map(|note| note.number).collect()
    };
    assert_eq!((notes(9), notes(12), notes(13)), (vec![1], vec![3, 9], vec![4, 5]));
    let (question, _) = form.find("20").unwrap();
    assert_eq!(question.limit_note.as_deref(), Some("(**Max.200 words**)"));
}
