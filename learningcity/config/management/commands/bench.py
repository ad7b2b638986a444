"""`learningcity bench …`: measure us and the peers in the same run."""

from functools import partial

from learningcity.config.benches import bench_names, run_bench, table, write_report
from learningcity.core.commands import Answer, Call, RoomCommand


class Command(RoomCommand):
    """The benches."""

    help = "Measure us and the peer in the same run and print the ratio."
    needs_tables = False

    def add_verbs(self) -> None:
        """Declare one verb for each bench, and one for all."""
        for name in bench_names():
            self.verb(name, partial(self.bench, names=[name]), help=f"Run the bench {name}.")
        self.verb("all", self.everything, help="Run all and write docs/reference/benchmarks.md.")

    def bench(self, call: Call, *, names: list[str]) -> Answer:
        """Run one bench."""
        lines = [line for name in names for line in run_bench(name)]
        return Answer(data=[line.as_data() for line in lines], words=table(lines))

    def everything(self, call: Call) -> Answer:
        """Run all benches and write the report."""
        results = {name: run_bench(name) for name in bench_names()}
        write_report(results, on=call.at.date())
        lines = [line for of_one in results.values() for line in of_one]
        return Answer(data=[line.as_data() for line in lines], words=table(lines))
