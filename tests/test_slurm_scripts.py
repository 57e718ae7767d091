#!/usr/bin/env python3
"""Batch scripts do what they say, with Slurm's commands played by stand-ins; scripts/slurm/test.sh has a real Slurm.

Covers scripts/slurm/*.sbatch.

ctest-label: scripts
SPDX-License-Identifier: MIT
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = os.environ.get("PATHWAYS", "")
SOURCE = pathlib.Path(os.environ.get("PW_SOURCE_DIR", pathlib.Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(SOURCE / "scripts"))
from same_runs import differing, read  # noqa: E402

SCRIPTS = {path.stem: path for path in (SOURCE / "scripts" / "slurm").glob("*.sbatch")}
LONG = ("array", "mpi", "requeue")  # that go on after a time limit
STOPPED = 75

# Notes how it was called; with "wait" it goes on until SIGUSR1 and then ends as a stopped run does.
STAND_IN = """#!/usr/bin/env bash
if [ "$1" = --version ]; then echo "${BUILD--DPW_MPI}"; exit; fi
echo "$(basename "$0") $* threads=${OMP_NUM_THREADS:-}" >>calls
if [ "$ANSWER" != wait ]; then exit "$ANSWER"; fi
trap 'echo warned >>calls; exit 75' USR1
touch at_work
while true; do sleep 0.01; done
"""
MPIRUN = """#!/usr/bin/env bash
echo "mpirun" "${@:1:2}" >>calls
exec "${@:3}"
"""
SCONTROL = """#!/usr/bin/env bash
echo "scontrol $*" >>calls
exit "${SCONTROL_ANSWER:-0}"
"""


class BatchScripts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.commands = self.folder / "bin"
        self.commands.mkdir()
        for name, text in (("pathways", STAND_IN), ("mpirun", MPIRUN), ("scontrol", SCONTROL)):
            self.write_command(name, text)

    def write_command(self, name, text):
        (self.commands / name).write_text(text, encoding="utf-8")
        (self.commands / name).chmod(0o755)

    def environment(self, **more):
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith(("SLURM", "PATHWAYS", "OMP_NUM"))}
        return dict(kept, PATH=f"{self.commands}:{os.environ['PATH']}", SLURM_JOB_ID="41", SLURM_CPUS_PER_TASK="3",
                    SLURM_ARRAY_TASK_ID="2", SLURM_ARRAY_TASK_COUNT="5", ANSWER="0") | more

    def start(self, name, *arguments, **more):
        process = subprocess.Popen(["bash", SCRIPTS[name], *map(str, arguments)], cwd=self.folder, text=True,
                                   env=self.environment(**more), stderr=subprocess.PIPE, start_new_session=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(self.end_group, process.pid)
        return process

    @staticmethod
    def end_group(group):
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def run_script(self, name, *arguments, **more):
        process = self.start(name, *arguments, **more)
        said = process.communicate(timeout=60)[1]
        return process.returncode, said

    def calls(self):
        path = self.folder / "calls"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def wait_for(self, name):
        end = time.monotonic() + 60
        while not (self.folder / name).exists():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.002)

    # --- What another cluster has to change ---

    def test_the_partition_is_all_that_names_a_cluster(self):
        self.assertEqual(sorted(SCRIPTS), ["array", "gather", "mpi", "requeue"])
        asked = {"partition", "job-name", "array", "time", "signal", "requeue", "ntasks", "cpus-per-task",
                 "mem-per-cpu", "output", "open-mode", "kill-on-invalid-dep"}
        for name, path in SCRIPTS.items():
            text = path.read_text(encoding="utf-8")
            options = re.findall(r"^#SBATCH --([\w-]+)", text, re.M)
            self.assertIn("partition", options, name)
            self.assertLessEqual(set(options), asked, name)
            self.assertNotRegex(text, r"module load|/home/|/scratch/|--account")

    def test_scripts_that_go_on_share_how_they_do_it(self):
        ends = {SCRIPTS[name].read_text(encoding="utf-8").split("# Hand Slurm's warning on", 1)[1] for name in LONG}
        self.assertEqual(len(ends), 1)
        for name in LONG:
            text = SCRIPTS[name].read_text(encoding="utf-8")
            self.assertRegex(text, r"(?m)^#SBATCH --signal=B:USR1@\d+")
            self.assertRegex(text, r"(?m)^#SBATCH --requeue$")
            self.assertRegex(text, r"(?m)^#SBATCH --open-mode=append")

    # --- What they call ---

    def test_a_run_gets_its_arguments_its_threads_and_resume(self):
        self.assertEqual(self.run_script("requeue", "a b.json", "-o", "run.h5"), (0, ""))
        self.assertEqual(self.calls(), ["pathways run a b.json -o run.h5 --resume threads=3"])

    def test_processes_are_not_bound_to_one_core(self):
        self.assertEqual(self.run_script("mpi", "a.json", "-o", "run.h5"), (0, ""))
        self.assertEqual(self.calls(), ["mpirun --bind-to none", "pathways run a.json -o run.h5 --resume threads=3"])
        (self.folder / "calls").unlink()
        self.write_command("launch", MPIRUN.replace('echo "mpirun"', 'echo "launch"'))
        self.assertEqual(self.run_script("mpi", "a.json", PATHWAYS_LAUNCHER="launch -x 1"), (0, ""))
        self.assertEqual(self.calls()[0], "launch -x 1")

    def test_a_task_of_an_array_takes_its_share_of_the_sweep(self):
        self.assertEqual(self.run_script("array", "a.json", "d.json", "out", "--quiet"), (0, ""))
        self.assertEqual(self.calls(), ["pathways sweep a.json d.json -o out --task 2/5 --quiet threads=3"])
        self.assertEqual(self.run_script("array", "a.json", "d.json", "out", PATHWAYS_TASKS="16"), (0, ""))
        self.assertEqual(self.calls()[-1], "pathways sweep a.json d.json -o out --task 2/16 threads=3")

    def test_runs_are_gathered(self):
        self.assertEqual(self.run_script("gather", "out", "e.h5", "--force"), (0, ""))
        self.assertEqual(self.calls(), ["pathways gather out -o e.h5 --force threads=3"])

    # --- How they end ---

    def test_a_stopped_run_queues_again(self):
        for name in LONG:
            with self.subTest(script=name):
                code, said = self.run_script(name, "a.json", "d.json", "out", ANSWER=str(STOPPED))
                self.assertEqual(code, STOPPED)
                self.assertEqual(self.calls()[-1], "scontrol requeue 41")
                self.assertEqual(said, "job 41 stopped with a checkpoint after start 1 and queues again\n")

    def test_a_task_queues_again_without_the_others_of_its_array(self):
        code, _ = self.run_script("array", "a.json", "d.json", "out", ANSWER=str(STOPPED), SLURM_ARRAY_JOB_ID="41")
        self.assertEqual((code, self.calls()[-1]), (STOPPED, "scontrol requeue 41_2"))

    def test_a_run_that_never_ends_does_not_queue_for_ever(self):
        code, said = self.run_script("requeue", "a.json", ANSWER=str(STOPPED), SLURM_RESTART_COUNT="99")
        self.assertEqual((code, len(self.calls())), (STOPPED, 1))
        self.assertIn("started 100 times and is not done; give it a longer --time", said)

    def test_a_job_that_cannot_queue_again_says_what_to_do(self):
        code, said = self.run_script("requeue", "a.json", ANSWER=str(STOPPED), SCONTROL_ANSWER="1")
        self.assertEqual(code, STOPPED)
        self.assertIn("could not be queued again; submit it again", said)

    def test_a_failure_is_passed_on_and_does_not_queue_again(self):
        for name in LONG:
            for answer in (1, 3, 4, 137):
                code, said = self.run_script(name, "a.json", "d.json", "out", ANSWER=str(answer))
                self.assertEqual(code, answer)
                self.assertEqual(said, f"job 41 ended with exit status {answer}; the line above says why\n")
        self.assertNotIn("scontrol", "".join(self.calls()))

    def test_a_warning_reaches_the_run_which_then_queues_again(self):
        for name in LONG:
            with self.subTest(script=name):
                process = self.start(name, "a.json", "d.json", "out", ANSWER="wait")
                self.wait_for("at_work")
                process.send_signal(signal.SIGUSR1)  # to the shell alone, as --signal=B:USR1 has it
                process.communicate(timeout=60)
                self.assertEqual(process.returncode, STOPPED)
                self.assertEqual(self.calls()[-2:], ["warned", "scontrol requeue 41"])
                (self.folder / "at_work").unlink()

    def test_a_cancelled_job_does_not_queue_again(self):
        process = self.start("requeue", "a.json", ANSWER="wait")
        self.wait_for("at_work")
        os.killpg(process.pid, signal.SIGTERM)  # to every process, as scancel has it
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, -signal.SIGTERM)
        self.assertEqual(len(self.calls()), 1)

    def test_what_is_missing_is_named(self):
        for name in SCRIPTS:
            code, said = self.run_script(name)
            self.assertEqual(code, 2)
            self.assertRegex(said, rf"^{name}\.sbatch: .*; write sbatch {name}\.sbatch [A-Z].*\n$")
            code, said = self.run_script(name, "a", "b", "c", PATHWAYS="absent/pathways")
            self.assertEqual(code, 2)
            self.assertRegex(said, rf"^{name}\.sbatch: no program absent/pathways on \S+; put it on the PATH, or .*\n$")
        code, said = self.run_script("mpi", "a.json", PATHWAYS_LAUNCHER="absent")
        self.assertEqual(code, 2)
        self.assertIn("no program absent on", said)
        code, said = self.run_script("mpi", "a.json", BUILD="-O3")
        self.assertEqual(code, 2)
        self.assertEqual(said, "mpi.sbatch: pathways was built without MPI; scripts/build.sh mpi builds it with MPI\n")
        self.assertEqual(self.calls(), [])

    # --- The program itself ---

    def test_a_run_that_is_warned_ends_with_the_right_bytes(self):
        run = (SOURCE / "tests" / "tiny_scenario.json", "-n", "20000", "--shards", "5", "-q")
        full = self.folder / "full.h5"
        subprocess.run([PROGRAM, "run", *run, "-o", full], check=True)
        # Warned in its middle, warned as soon as it goes on, and left alone.
        for waits_for, expected in (("run.h5.checkpoint", STOPPED), ("run.h5.part", STOPPED), (None, 0)):
            process = self.start("requeue", *run, "-o", "run.h5", "--checkpoint-every", "30", PATHWAYS=PROGRAM)
            if waits_for:
                self.wait_for(waits_for)
                process.send_signal(signal.SIGUSR1)
            said = process.communicate(timeout=120)[1]
            self.assertEqual(process.returncode, expected, said)
        self.assertEqual(self.calls(), ["scontrol requeue 41"] * 2)
        self.assertEqual(differing(read(self.folder / "run.h5"), read(full)), [])


if __name__ == "__main__":
    unittest.main()
