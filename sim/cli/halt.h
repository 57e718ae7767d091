/*
 * halt.h - when a run has to stop early: signals and the time that a machine gives it.
 *
 * Layer 5 (cli).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_HALT_H
#define PW_CLI_HALT_H

#include "pathways/status.h"

/**
 * From now on SIGINT, SIGTERM, SIGHUP and SIGUSR1 (with which Slurm warns) are noted and end
 * nothing; a SIGINT after one of them ends the program at once. A write beyond the limit on the
 * size of files fails, with a sentence, and ends nothing either.
 */
void cli_halt_catch(void);

/** The first signal that was noted, 0 if none was. */
int cli_halt_signal(void);

/** Note a signal that came to another rank of the job. */
void cli_halt_note(int number);

/** End the program by the signal that was noted, for a shell to see. */
void cli_halt_raise(void);

/** A span of time, "HH:MM:SS". @param option "--max-walltime", for the sentence */
pw_status cli_halt_read_time(const char *option, const char *text, double *seconds);

#endif
