"""The completeness summary as one would write it in Python, to be measured against: PyYAML with
its C loader, the same word rule, the same limits, JSON out.

    python3 benches/count_words.py questions.yaml DRAFT...
"""

import json
import re
import sys

import yaml

# The word rule `word-processor`: see src/limit.rs.
MARKER = re.compile(r"\s*(?:[-*•]|\d{1,3}[.)]|[A-Za-z]\))\s+")
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*)\)")
EMPHASIS = re.compile(r"\*+(?=\S)|(?<=\S)\*+")
WEIGHTLESS = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")
WHOLE = re.compile(
    "[\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\uff66-\uff9f\uffe0-\uffe6"
    "\U00020000-\U0003fffd]"
)
DASHES = re.compile("[\u2013\u2014]")


def count(text):
    words = 0
    for line in text.split("\n"):
        line = MARKER.sub("", line, count=1) if MARKER.match(line) else line
        if "[" in line:
            line = LINK.sub(r"\1", line)
        if "*" in line:
            line = EMPHASIS.sub("", line)
        if not line.isascii():
            line = WHOLE.sub(r" \g<0> ", DASHES.sub(" ", WEIGHTLESS.sub("", line)))
        words += len(line.split())
    return words


def asked(when, answers):
    if when is None:
        return True
    name, wanted = when.split(" is ")
    found = answers.get(name)
    wanted = {"yes": True, "no": False}.get(wanted, wanted)
    return wanted in found if isinstance(found, list) else found == wanted


def review(number, question, section, draft):
    answers = draft["answers"]
    answer = answers.get(question["id"])
    fields = question.get("fields")
    if fields is None:
        parts = [(question, answer)]
    else:
        held = answer if isinstance(answer, dict) else {}
        shown = [field for field in fields if asked(field.get("when"), held)]
        parts = [(field, held.get(field["id"])) for field in shown]
    words, limit, excess = None, None, None
    for field, text in parts:
        if field["kind"] == "text":
            limit = field.get("words")
            if text is not None:
                words = count(text)
            elif limit is not None:
                words = 0
            if limit is not None:
                excess = max(0, words - limit)
    optional = question.get("need") == "if-applicable"
    empty = [f for f, a in parts if a is None and f.get("need") != "if-applicable"]
    if not asked(question.get("when", section.get("when")), answers):
        status = "hidden"
    elif question["id"] in draft.get("not-applicable", ()):
        status = "not_applicable"
    elif optional and all(a is None for _, a in parts):
        status = "skipped"
    elif excess:
        status = "over_limit"
    else:
        status = "missing" if empty else "answered"
    if status in ("hidden", "not_applicable") and words is not None:
        # An answer that is not asked for is kept, and not counted.
        words, excess = 0, None if limit is None else 0
    return {
        "number": number,
        "id": question["id"],
        "section": section.get("title"),
        "status": status,
        "words": words,
        "limit": limit,
        "excess": excess,
    }


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        form = yaml.load(file, Loader=yaml.CSafeLoader)
    questions = [(None, question, {}) for question in form["declarations"]]
    number = 0
    for section in form["sections"]:
        for question in section["questions"]:
            number += 1
            questions.append((number, question, section))
    found = []
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            draft = yaml.load(file, Loader=yaml.CSafeLoader)
        reviews = [review(number, question, section, draft) for number, question, section in questions]
        counts = {}
        for one in reviews:
            if one["number"] is not None:
                counts[one["status"]] = counts.get(one["status"], 0) + 1
        found.append({"draft": path, "counts": counts, "questions": reviews})
    json.dump(found, sys.stdout, indent=2, ensure_ascii=False)


main()
