"""Records are accounted for: what is missing or stands twice is found."""

from engine.bench.batch import account


def test_lost_and_doubled_records_are_counted(tmp_path):
    numbers = [1, 2, 2, 6]
    target = tmp_path / "out.sdf"
    target.write_text("".join(f"name\n>  <record>  (1) \n{n}\n\n$$$$\n" for n in numbers))
    problems = tmp_path / "out.problems.csv"
    problems.write_text('record,name,reason\n3,"two\nlines",Bad.\n6,,Bad.\n')
    assert account(target, 7) == {"records": 7, "lost": 3, "doubled": 2, "problems": 2}
    target.write_text("name\n>  <record>  (1) \n1\n\n$$$$\n")
    problems.write_text("record,name,reason\n2,,Bad.\n")
    assert account(target, 2) == {"records": 2, "lost": 0, "doubled": 0, "problems": 1}
