"""Ten thousand drafts and a single one, measured: how long `good-practice summary --format json`
takes beside `wc -w` and a Python script (count_words.py) on the same files, and how long the
program takes to start beside `true`. Everything in turn, in one run; medians and ratios.

    cargo build --release && python3 benches/many.py [NUMBER OF DRAFTS]

Needs PyYAML with its C loader. The drafts are made up, different from each other, and go away
again.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("GOOD_PRACTICE", str(ROOT / "target/release/good-practice"))
QUESTIONS = str(ROOT / "questions.yaml")
DRAFTS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
BYTES = 30_000
ROUNDS = 3
STARTS = 400
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}

VOCABULARY = (
    "the a of and to in for with on by from at is was are were have been not also more than each "
    "pupils parents residents streets school police town volunteers neighbours shops lights "
    "burglary fraud prevention evaluation police’s early-stage and/or project partners youth "
    "meetings training months weekly evenings results survey comparison interviews “safe” reports "
    "municipality café São Świdnica Málaga training-course costs budget euro 12 % 2,318 71 R&D"
).split()
MARKED = ["–", "**very much**", "*prevention*", "[the report](https://example.org/report)"]
# Every long answer of the form.
TEXTS = (
    "summary problem analysis objectives activities mechanisms outcome-evaluation outcome-quality "
    "cost-benefit costs external-reviewers partners implementation process-evaluation "
    "process-quality context innovation relevance"
).split()


def sentence(random):
    words = random.choices(VOCABULARY, k=random.randint(8, 22))
    if random.random() < 0.15:
        words.insert(4, random.choice(MARKED))
    text = " ".join(words)
    return text[:1].upper() + text[1:] + "."


def text(random, length):
    blocks, size = [], 0
    while size < length:
        if random.random() < 0.2:
            block = "\n".join("- " + sentence(random) for _ in range(3))
        else:
            block = " ".join(sentence(random) for _ in range(random.randint(2, 5)))
        blocks.append(block)
        size += len(block)
    return "\n\n".join(blocks)


def draft(seed):
    """A draft as the program writes it."""
    rng = random.Random(seed)
    lines = [
        "questionnaire: eucpn-good-practice",
        "version: 1",
        "saved: 2026-11-20T16:40:00Z",
        "not-applicable:",
        "- theoretical-indications",
        "answers:",
        "  aims:",
        "  - share",
        *(["  - ecpa"] if rng.random() < 0.5 else []),
        "  permission: true",
        f"  name: Bright Streets {seed}",
        "  country: Sample Land",
        "  responsible:",
        "    organisation: Municipality of Sample Town",
        "    contact-person: Community Safety Office",
        "    address: 1 Market Square, Sample Town",
        "    contact-details: weekdays 9.00 to 16.00",
        "    e-mail: office@example.org",
        "  timing:",
        "    start: 2021-10-05",
        "    still-running: true",
        "  links:",
        "  - https://example.org/bright-streets",
        "  target:",
        "    levels:",
        "    - universal",
        "    motivation: |-",
    ]

    def block(text, indent):
        lines.extend(indent + line if line else "" for line in text.split("\n"))

    block(text(rng, BYTES * 0.05), "      ")
    answered = [name for name in TEXTS if rng.random() < 0.95]
    for at, name in enumerate(answered):
        lines.append(f"  {name}: |-")
        size = sum(len(line.encode()) + 1 for line in lines)
        # A text is longer than asked for: it ends with a whole block.
        share = (BYTES - size) / (len(answered) - at)
        block(text(rng, max(200, share * 0.85)), "    ")
    return "\n".join(lines) + "\n"


def timed(command):
    """From start to end, with the output thrown away: seconds on the clock, seconds of work of all
    cores together, and the most memory, in MB."""
    silent = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    since = time.perf_counter()
    process = os.posix_spawnp(command[0], command, ENVIRONMENT, file_actions=silent)
    _, status, used = os.wait4(process, 0)
    seconds = time.perf_counter() - since
    if status != 0:
        sys.exit(f"{command[:4]} ended with {status}")
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def median(runs, column):
    return statistics.median(run[column] for run in runs)


def same(ours, theirs):
    """Both must have counted the same, or the comparison means nothing."""
    for mine, other in zip(json.loads(ours), json.loads(theirs), strict=True):
        for one, two in zip(mine["questions"], other["questions"], strict=True):
            for key in ("id", "status", "words", "limit", "excess"):
                if one[key] != two[key]:
                    sys.exit(f"{mine['draft']}: {one} is not {two}")


def many(folder):
    names, size = [], 0
    for seed in range(DRAFTS):
        name = os.path.join(folder, f"{seed:05}.yaml")
        content = draft(seed).encode()
        size += len(content)
        Path(name).write_bytes(content)
        names.append(name)
    print(f"{DRAFTS} drafts of {size / DRAFTS / 1000:.1f} kB, {os.cpu_count()} cores, ", end="")
    print(f"median of {ROUNDS}\n")
    summary = [PROGRAM, "summary"]
    script = str(ROOT / "benches/count_words.py")
    commands = {
        "`wc -w`": ["wc", "-w", *names],
        "`count_words.py`": [sys.executable, script, QUESTIONS, *names],
        "`summary --format json`": [*summary, "--format", "json", *names],
        "`summary`": [*summary, *names],
        "`summary --format json`, one core": ["taskset", "-c", "0", *summary, "--format", "json", *names],
    }
    runs = {what: [] for what in commands}
    for _ in range(ROUNDS):
        for what, command in commands.items():
            runs[what].append(timed(command))
    output = {
        what: subprocess.run(commands[what], stdout=subprocess.PIPE, env=ENVIRONMENT, check=True).stdout
        for what in ("`summary --format json`", "`count_words.py`")
    }
    same(*output.values())
    ours = runs["`summary --format json`"]
    print("| what | s | ratio | s of work | ratio | MB |\n|---|---|---|---|---|---|")
    for what, theirs in runs.items():
        clock, work, memory = (median(theirs, column) for column in range(3))
        print(
            f"| {what} | {clock:.2f} | {clock / median(ours, 0):.2f} "
            f"| {work:.2f} | {work / median(ours, 1):.2f} | {memory:.0f} |"
        )


def start(folder):
    name = os.path.join(folder, "00000.yaml")
    short = str(ROOT / "examples/half-finished.yaml")
    commands = {
        "`true`": ["/bin/true"],
        "`summary` of `examples/half-finished.yaml`": [PROGRAM, "summary", short],
        "`summary` of a draft of 30 kB": [PROGRAM, "summary", name],
        "`--version`": [PROGRAM, "--version"],
    }
    runs = {what: [] for what in commands}
    for _ in range(STARTS):
        for what, command in commands.items():
            runs[what].append(timed(command))
    true = runs["`true`"]
    print(f"\nFrom start to end, median of {STARTS}\n")
    print("| what | ms | ratio | ms of work | ratio |\n|---|---|---|---|---|")
    for what, theirs in runs.items():
        clock, work = median(theirs, 0), median(theirs, 1)
        print(
            f"| {what} | {clock * 1e3:.2f} | {clock / median(true, 0):.2f} "
            f"| {work * 1e3:.2f} | {work / median(true, 1):.2f} |"
        )


with tempfile.TemporaryDirectory(prefix="good-practice-") as folder:
    many(folder)
    start(folder)
