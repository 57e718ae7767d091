#!/usr/bin/env bash
# The batch scripts of this folder under a real Slurm, on this machine alone. SPDX-License-Identifier: MIT
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1

usage() {
    cat <<'END_OF_USAGE'
Usage: scripts/slurm/test.sh [TEST...]        all when none is named

Installs what is missing (Debian or Ubuntu), builds, starts a Slurm of one node in a folder of its own, submits the batch
scripts beside this one to it with no more changed than the partition (and times, to hit a limit in a minute), and stops it
again. A Slurm that this machine is part of is left alone. Needs root or sudo only to install. About five minutes.

  refusal   a wrong scenario, a missing program: the job fails with one sentence and does not queue again
  array     a sweep in tasks, gathered by a job that waits for them: the ensemble file of the same sweep without Slurm
  mpi       a run in several processes: the bytes of the run in one
  requeue   a run that is cancelled, submitted again, warned of its time limit and queued again, as often as it takes: the
            bytes of the run that was never stopped

PATHWAYS and PATHWAYS_MPI name programs that are built already; PATHWAYS_SLURM_DIR a folder for builds and files
(build-slurm), in which logs stay. Exit status: 0 when every test passed, 1 when one failed, 4 when Slurm did not start.
END_OF_USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${PATHWAYS_SLURM_DIR:-$root/build-slurm}
python=/usr/bin/python3
partition=one-node
all_tests=(refusal array mpi requeue)
FAILED=1 MACHINE=4

say() {
    printf '\n== %s\n' "$*"
}

# --- A Slurm of one node ---

state='' daemons=()

# munged, slurmctld and slurmd as children of this script, with sockets, keys, state and logs in $state.
start_slurm() {
    state=$(mktemp -d /tmp/pathways-slurm.XXXXXX) # sockets want a short path
    chmod 755 "$state"
    mkdir -p "$state"/{munge,controller,node}
    local user host ports
    user=$(id -un) host=$(hostname -s)
    read -ra ports < <("$python" -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(one.getsockname()[1] for one in sockets))')
    (umask 077 && head -c 1024 /dev/urandom >"$state/munge/key")
    # cred_expire: a job that queues again waits so long, two minutes if not told otherwise.
    cat >"$state/slurm.conf" <<END_OF_CONFIGURATION
ClusterName=pathways
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmdPort=${ports[1]}
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$state/munge/socket,cred_expire=5
CredType=cred/munge
StateSaveLocation=$state/controller
SlurmdSpoolDir=$state/node
SlurmctldPidFile=$state/slurmctld.pid
SlurmdPidFile=$state/slurmd.pid
SlurmctldLogFile=$state/slurmctld.log
SlurmdLogFile=$state/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=bf_interval=5,sched_interval=5
MpiDefault=none
KillWait=60
MinJobAge=3600
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=$host NodeAddr=127.0.0.1 CPUs=32 RealMemory=131072 State=UNKNOWN
PartitionName=$partition Nodes=$host MaxTime=INFINITE State=UP
END_OF_CONFIGURATION
    export SLURM_CONF=$state/slurm.conf SBATCH_PARTITION=$partition
    PATH=$PATH:/usr/sbin:/sbin
    start_daemon munged --foreground --force --key-file="$state/munge/key" --socket="$state/munge/socket" \
        --pid-file="$state/munge/pid" --log-file="$state/munge/log" --seed-file="$state/munge/seed"
    wait_until 10 [ -S "$state/munge/socket" ] || give_up "munged did not start"
    start_daemon slurmctld -D -i
    start_daemon slurmd -D
    wait_until 30 is_idle || give_up "Slurm did not start"
}

start_daemon() {
    "$@" >"$state/$1.out" 2>&1 &
    daemons=("$!" "${daemons[@]}")
}

is_idle() {
    [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]
}

wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.5
    done
}

give_up() {
    echo "test.sh: $*; the last lines of its logs:" >&2
    tail -n 5 "$state"/munge/log "$state"/*.out "$state"/*.log >&2
    exit "$MACHINE"
}

stop_slurm() {
    [ -n "$state" ] || return 0
    if is_up; then
        scancel --user="$(id -un)" 2>/dev/null || true
        wait_until 30 is_empty || true
    fi
    if [ ${#daemons[@]} -gt 0 ]; then
        local daemon
        for daemon in "${daemons[@]}"; do # the node first, munged last
            kill "$daemon" 2>/dev/null || true
            wait "$daemon" 2>/dev/null || true
        done
    fi
    rm -rf "$state"
}

is_up() {
    scontrol ping 2>/dev/null | grep -q 'is UP'
}

is_empty() {
    [ -z "$(squeue --noheader 2>/dev/null)" ]
}

# --- Jobs ---

# What `scontrol show job` says of a field, once for every task.
job_field() {
    scontrol --oneliner show job "$1" 2>/dev/null | grep -oE "(^| )$2=[^ ]*" | cut -d= -f2 | sort -u
}

has_ended() {
    local states
    states=$(job_field "$1" JobState)
    [ -n "$states" ] && ! grep -qE '^(PENDING|CONFIGURING|RUNNING|COMPLETING|REQUEUED|SUSPENDED)$' <<<"$states"
}

is_running() {
    [ "$(job_field "$1" JobState)" = RUNNING ]
}

# A job that queues again seems to have ended for a moment.
has_ended_for_good() {
    has_ended "$1" && sleep 3 && has_ended "$1"
}

wait_for_job() {
    local job=$1 seconds=$2
    wait_until "$seconds" has_ended_for_good "$job" || fail "job $job is $(job_field "$job" JobState) after $seconds s"
}

# Of the test that runs: it is left, with a reason.
fail() {
    echo "FAILED: $*"
    exit "$FAILED"
}

expect() {
    local job=$1 field=$2 value=$3 found
    found=$(job_field "$job" "$field")
    [ "$found" = "$value" ] || fail "job $job: $field is ${found:-not known}, not $value"
}

same_runs() {
    "$python" "$root/scripts/same_runs.py" "$@"
}

# --- Tests, each in a folder of its own ---

# As Slurm does before a time limit.
warn() {
    scancel --batch --signal=USR1 "$1"
}

a_year='^[12][0-9][0-9][0-9] ' # how the lines begin that say how far a run is

log_has() {
    grep -qs -- "$2" "$1"
}

# Tell a running job to stop once its log shows with what it begins.
warn_at_work() {
    local job=$1 log=$2 begins=$3
    wait_until 60 log_has "$log" "$begins" || fail "job $job does not get to work"
    warn "$job"
    wait_until 60 log_has "$log" 'queues again' || fail "job $job was warned and does not queue again"
}

# How many people a run of a hundred years lives through in so many seconds on one thread.
people_in() {
    local begin=$EPOCHREALTIME
    "$PATHWAYS" run "$scenario" -n 100000 -o speed.h5 --threads 1 --quiet --record 0.1
    awk -v seconds="$1" -v begin="$begin" -v end="$EPOCHREALTIME" \
        'BEGIN { n = 100000 * seconds / (end - begin); printf "%d\n", (n > 10e6 ? 10e6 : n) }'
}

test_refusal() {
    local job
    job=$(sbatch --parsable "$here/requeue.sbatch" absent.json -o absent.h5)
    wait_for_job "$job" 60
    expect "$job" JobState FAILED
    expect "$job" ExitCode 3:0
    expect "$job" Restarts 0
    log_has "pathways-$job.log" 'absent.json' || fail "the log does not say which file is not there"
    job=$(PATHWAYS=no-such-program sbatch --parsable "$here/requeue.sbatch" "$scenario" -o absent.h5)
    wait_for_job "$job" 60
    expect "$job" ExitCode 2:0
    log_has "pathways-$job.log" 'no program no-such-program' || fail "the log does not say that there is no program"
}

test_array() {
    local job gather persons
    persons=$(people_in 5) # long enough to be told to stop between two runs
    cat >design.json <<END_OF_DESIGN
{ "title": "Three values, twice", "kind": "grid", "factors": { "jobs.credentialism": [0.2, 0.5, 0.8] },
  "replicates": 2, "run": { "persons": $persons, "years": 20 } }
END_OF_DESIGN
    "$PATHWAYS" sweep "$scenario" design.json -o here --quiet
    "$PATHWAYS" gather here -o here.h5
    job=$(sbatch --parsable --array=1-3 "$here/array.sbatch" "$scenario" design.json there)
    gather=$(sbatch --parsable --dependency=afterok:"$job" "$here/gather.sbatch" there there.h5)
    warn_at_work "${job}_1" "pathways-sweep-${job}_1.log" 'of 2 runs done'
    wait_for_job "$gather" 600
    expect "$gather" JobState COMPLETED
    expect "$job" JobState COMPLETED
    expect "${job}_1" Restarts 1
    expect "${job}_2" Restarts 0
    same_runs here.h5 there.h5 || fail "the sweep in tasks is another one"
}

test_mpi() {
    local job size
    size=(-n "$(people_in 20)" --years 20 --shards 8 --record 0.1)
    "$PATHWAYS" run "$scenario" "${size[@]}" -o one.h5 --quiet
    job=$(PATHWAYS=$PATHWAYS_MPI sbatch --parsable "$here/mpi.sbatch" "$scenario" "${size[@]}" -o many.h5)
    warn_at_work "$job" "pathways-mpi-$job.log" "$a_year"
    wait_for_job "$job" 600
    expect "$job" JobState COMPLETED
    expect "$job" Restarts 1
    same_runs one.h5 many.h5 || fail "the run in several processes is another one"
}

test_requeue() {
    local job size more=(--cpus-per-task=1)
    size=(-n "$(people_in 90)" --record 0.1 --shards 8)
    echo "a run of ${size[1]} people, more than a minute on one CPU"
    "$PATHWAYS" run "$scenario" "${size[@]}" -o full.h5 --quiet

    job=$(sbatch --parsable "${more[@]}" "$here/requeue.sbatch" "$scenario" "${size[@]}" -o run.h5)
    wait_until 60 log_has "pathways-$job.log" "$a_year" || fail "job $job does not get to work"
    scancel "$job"
    wait_for_job "$job" 60
    expect "$job" JobState CANCELLED
    expect "$job" Restarts 0
    [ -f run.h5.checkpoint ] || fail "the cancelled job left no checkpoint"
    echo "cancelled: a checkpoint, and not queued again"

    # The shortest limit that Slurm knows, with a warning half a minute before it or a little earlier.
    job=$(sbatch --parsable "${more[@]}" --time=1 --signal=B:USR1@25 "$here/requeue.sbatch" "$scenario" "${size[@]}" -o run.h5)
    wait_for_job "$job" 600
    expect "$job" JobState COMPLETED
    [ "$(job_field "$job" Restarts)" -ge 1 ] || fail "job $job never came near its time limit"
    echo "queued again $(job_field "$job" Restarts) times before its time limit of a minute"
    same_runs full.h5 run.h5 || fail "the run that was stopped and continued is another one"
}

# --- All of it ---

tests=()
for argument in "$@"; do
    case $argument in
        -h | --help) usage; exit 0 ;;
    esac
    declare -F "test_$argument" >/dev/null || { echo "test.sh: $argument is not a test" >&2; usage >&2; exit 2; }
    tests+=("$argument")
done
[ ${#tests[@]} -gt 0 ] || tests=("${all_tests[@]}")

say "Installing what is missing"
"$root/scripts/install_dependencies.sh" slurm

say "Building"
if [ -z "${PATHWAYS:-}" ]; then
    "$root/scripts/build.sh" release "$work/plain" --no-tests
    PATHWAYS=$work/plain/pathways
fi
if [ -z "${PATHWAYS_MPI:-}" ] && [[ " ${tests[*]} " = *" mpi "* ]]; then
    "$root/scripts/build.sh" mpi "$work/mpi" --no-tests
    PATHWAYS_MPI=$work/mpi/pathways
fi
export PATHWAYS PATHWAYS_MPI
# Open MPI: root is welcome, and processes that wait leave the CPUs to those that work.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_mpi_yield_when_idle=1
scenario=$root/scenarios/england.json

say "Starting Slurm"
trap stop_slurm EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
start_slurm
sinfo --version

passed=0 failed=0
for name in "${tests[@]}"; do
    say "$name"
    began=$SECONDS folder=$work/jobs/$name
    rm -rf "$folder"
    mkdir -p "$folder"
    set +e
    (
        set -e
        cd "$folder"
        "test_$name"
    )
    status=$?
    set -e
    if [ "$status" -eq 0 ]; then
        passed=$((passed + 1)) verdict=passed
        rm -f "$folder"/*.h5* # logs stay
    else
        failed=$((failed + 1)) verdict=FAILED
        scancel --user="$(id -un)" || true
        echo "its files and logs are in $folder"
    fi
    echo "$name: $verdict, $((SECONDS - began)) s"
done

printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
