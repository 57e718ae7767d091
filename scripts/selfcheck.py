#!/usr/bin/env python3
"""Runs of England in every way that must not matter, compared byte by byte; scripts/selfcheck.sh builds and says more.

Usage: selfcheck.py FOLDER PERSONS KILLS PROGRAM...        a program in a folder that is called mpi runs through mpirun

Exit status: 0 when all is the same, 1 when not.
SPDX-License-Identifier: MIT
"""
import contextlib
import dataclasses
import itertools
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

import same_runs

ROOT = pathlib.Path(__file__).resolve().parent.parent
BASE, POLICY = ROOT / "scenarios/england.json", ROOT / "scenarios/devolution_bundle.json"
FAILED, STOPPED = 4, 75
THREADS, PROCESSES = (1, 2, 7), (1, 2, 3)
MOST_AT_ONCE = 7  # threads of all processes
FULL_DISKS = 6  # with more and more room
FULL = ("are free on its disk", "no space left on the disk")  # said before it begins, and while it writes
ENDS_WITHIN = 120  # of a run whose process was killed [s]
MPIRUN = ("mpirun", "--bind-to", "none", "--oversubscribe", "-n")
# Processes that wait leave the processors to those that work; root is welcome.
os.environ.update(OMPI_MCA_mpi_yield_when_idle="1", OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")


@dataclasses.dataclass(frozen=True)
class Way:
    """A program, how many threads it has in a process, and how many processes; 0: it is run by itself."""
    program: str
    threads: int
    processes: int = 0

    def __str__(self):
        many = f" in {self.processes} processes" if self.processes else ""
        return f"{pathlib.Path(self.program).parent.name} with {self.threads} threads{many}"


def find_ways(programs):
    found = []
    for program in programs:
        is_mpi = pathlib.Path(program).parent.name == "mpi"
        found += [Way(program, *how) for how in itertools.product(THREADS, PROCESSES if is_mpi else (0,))
                  if how[0] * how[1] <= MOST_AT_ONCE]
    return found


def children_of(parent):
    """Processes that another one started."""
    path = pathlib.Path(f"/proc/{parent}/task/{parent}/children")
    return [int(child) for child in path.read_text(encoding="ascii").split()] if path.exists() else []


class Check:
    def __init__(self, folder, persons, kills, programs):
        self.folder, self.kills = folder, kills
        self.size = ("-n", persons, "--years", "12", "--shards", "8", "--quiet", "--set", "run.record_from=1985")
        self.ways = find_ways(programs)
        self.chance = random.Random()
        self.full, self.policy_full, self.history, self.again = (
            folder / name for name in ("full.h5", "policy.h5", "history", "again.h5"))

    # --- One run ---

    def start(self, way, scenario, output, *more, **how):
        launcher = (*MPIRUN, str(way.processes)) if way.processes else ()
        return subprocess.Popen([*launcher, way.program, "run", str(scenario), *self.size, "-o", str(output), "-t",
                                 str(way.threads), *map(str, more)], stderr=subprocess.PIPE, text=True, **how)

    def run(self, way, scenario, output, *more, expected=0):
        """What it says, once it has ended with the expected status."""
        process = self.start(way, scenario, output, *more)
        said = process.communicate()[1]
        if process.returncode != expected:
            sys.exit(f"exit status {process.returncode} instead of {expected}: {way}, {' '.join(map(str, more))}: {said}")
        return said

    def same(self, what, expected, path=None):
        path = path or self.again
        names = same_runs.differing(same_runs.read(path), expected)
        if names:
            sys.exit(f"NOT THE SAME: {what}: {len(names)} differ: {', '.join(names[:20])}")
        print(f"the same: {what}", flush=True)
        path.unlink()

    # --- Ways ---

    def live_in_full(self):
        begin = time.monotonic()
        self.run(self.ways[0], BASE, self.full, "--save-history", self.history)
        self.seconds = time.monotonic() - begin
        self.run(self.ways[0], POLICY, self.policy_full)
        self.expected, self.expected_policy = same_runs.read(self.full), same_runs.read(self.policy_full)

    def try_ways(self):
        for way in self.ways:
            self.run(way, BASE, self.again)
            self.same(str(way), self.expected)

    # --- Kills ---

    def kill(self, process, way):
        """All processes of a run, or one of them, whose end is then that of the run."""
        ranks = children_of(process.pid) if way.processes else []
        if ranks and self.chance.random() < 0.5:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.chance.choice(ranks), signal.SIGKILL)
        else:
            process.kill()
            for rank in ranks:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(rank, signal.SIGKILL)
        try:
            return process.communicate(timeout=ENDS_WITHIN)[1]
        except subprocess.TimeoutExpired:
            sys.exit(f"HANGS: {way}, {ENDS_WITHIN} s after one of its processes was killed")

    def try_kills(self):
        done, years = 0, []
        while done < self.kills:
            way = self.chance.choice(self.ways)
            process = self.start(way, BASE, self.again, "--resume", "--checkpoint-every", self.chance.randint(1, 5))
            try:
                said = process.communicate(timeout=self.chance.uniform(0.0, 0.7 * self.seconds))[1]
                if process.returncode != 0:
                    sys.exit(f"exit status {process.returncode} after a kill: {way}: {said}")
            except subprocess.TimeoutExpired:
                said = self.kill(process, way)
                done += 1
            if "damaged" in said:  # a missing one: it was killed between two renames
                sys.exit(f"NOT INTACT: a checkpoint after kill -9: {said}")
            years.append(same_runs.flushed_years(f"{self.again}.part", self.full))
            if self.again.exists():
                self.same(f"killed {done} times so far, ended by {way}", self.expected)
        way = self.chance.choice(self.ways)
        self.run(way, BASE, self.again, "--resume")
        self.same(f"killed {done} times, ended by {way}", self.expected)
        print(f"the same: {sum(years)} flushed years, in {sum(map(bool, years))} of {len(years)} unfinished files")

    # --- Branches ---

    def stop(self, way, path):
        """A run that is told to stop after its first checkpoint; where its checkpoint is."""
        process = self.start(way, BASE, path, "--checkpoint-every", "1")
        checkpoint = pathlib.Path(f"{path}.checkpoint")
        while not checkpoint.exists() and process.poll() is None:
            time.sleep(0.001)
        process.send_signal(signal.SIGUSR1)
        said = process.communicate()[1]
        if process.returncode != STOPPED:
            sys.exit(f"NOT STOPPED: exit status {process.returncode} after SIGUSR1: {said}")
        pathlib.Path(f"{checkpoint}.previous").unlink(missing_ok=True)
        return checkpoint

    def try_branches(self):
        for way in self.ways:
            self.run(way, POLICY, self.again, "--from-history", self.history)
            self.same(f"a policy from the saved history, {way}", self.expected_policy)
        for way in (self.ways[0], self.ways[-1]):
            base = self.stop(way, self.again).rename(self.folder / "base")
            self.run(way, POLICY, self.again, "--branch", base)
            self.same(f"a policy from the checkpoint of a stopped run, {way}", self.expected_policy)

    # --- A full disk ---

    def try_full_disks(self):
        disk = self.folder / "disk"
        disk.mkdir()
        size = 4 * (self.full.stat().st_size + self.history.stat().st_size)
        if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "pathways", str(disk)],
                                               check=False).returncode != 0:
            print("left out: a full disk, since only root may mount a small one")
            return
        try:
            for way in dict.fromkeys((self.ways[0], self.ways[-1])):
                self.fill_disk(way, disk)
        finally:
            subprocess.run(["umount", "--lazy", str(disk)], check=True)

    @staticmethod
    def fill(ballast):
        """To the last byte, whoever else writes."""
        with open(ballast, "ab", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(65536)):
                pass

    @staticmethod
    def leave_room(ballast, size):
        ballast.unlink(missing_ok=True)
        state = os.statvfs(ballast.parent)
        with open(ballast, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(state.f_bavail * state.f_frsize - size, 1))

    def refused(self, way, path, ballast, room, *more, is_filled=False):
        """What a run says that has so much room on the disk, and after a while perhaps none; goes back to its checkpoint."""
        checkpoint = pathlib.Path(f"{path}.checkpoint")
        kept = checkpoint.read_bytes()
        self.leave_room(ballast, room)
        process = self.start(way, BASE, path, "--resume", *more)
        if is_filled:
            time.sleep(self.chance.uniform(0.0, 0.2 * self.seconds))
            self.fill(ballast)
        said = process.communicate()[1]
        lines = [line for line in said.splitlines() if line.startswith("pathways: ")]
        if process.returncode != FAILED or len(lines) != 1 or not any(map(lines[0].__contains__, FULL)):
            sys.exit(f"NOT CLEAR: {way} on a full disk, exit status {process.returncode}: {said}")
        ballast.unlink()
        if checkpoint.read_bytes() != kept:  # by a later one, for which there was room
            self.run(way, BASE, path, "--resume")
            self.same(f"on a full disk, then with room, {way}", self.expected, path)
            checkpoint.write_bytes(kept)
        return lines[0]

    def fill_disk(self, way, disk):
        path, ballast = disk / "run.h5", disk / "ballast"
        checkpoint = self.stop(way, path).stat().st_size
        run_file = self.full.stat().st_size
        sentences = set()
        for k in range(FULL_DISKS):
            share = k / FULL_DISKS
            # Too little for the run file, which is seen at once; then a little more than it needs, so that a checkpoint
            # fills the disk; then others fill it while the run is at work.
            sentences.add(self.refused(way, path, ballast, int(0.8 * run_file * share)))
            sentences.add(self.refused(way, path, ballast, int(1.3 * run_file + 0.9 * checkpoint * share),
                                       "--checkpoint-every", 1))
            sentences.add(self.refused(way, path, ballast, 2 * run_file, "--checkpoint-every", 1000, is_filled=True))
        self.run(way, BASE, path, "--resume")
        self.same(f"{3 * FULL_DISKS} times on a full disk, then with room, {way}", self.expected, path)
        if not all(any(said in sentence for sentence in sentences) for said in FULL):
            sys.exit(f"NOT SEEN: a disk that is full from the start and one that fills; {sentences}")
        for sentence in sorted(sentences):
            print(f"    {sentence}")


def main(arguments):
    if len(arguments) < 4 or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the small disk is taken away
    check = Check(pathlib.Path(arguments[0]), arguments[1], int(arguments[2]), arguments[3:])
    check.live_in_full()
    check.try_ways()
    check.try_kills()
    check.try_branches()
    check.try_full_disks()
    print(f"one digest: {check.expected['attribute state_digest']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
