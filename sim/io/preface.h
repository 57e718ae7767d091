/**
 * preface.h - what a run file says of its run before and after the numbers: attributes, /scenario,
 * /parameters, /code and /axes.
 *
 * Internal to sim/io.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_PREFACE_H
#define PW_PREFACE_H

#include "hdf.h"

/** Write all that is known when a run begins. @param history receives the file's, released with
 * pw_free */
pw_status pw_preface_write(const struct pw_hdf *hdf, struct pw_packer *packer,
    const struct pw_run_info *info, char **history);

/** The same of a file that is not of one run: its title, and by which command it is written. */
pw_status pw_preface_write_bare(
    const struct pw_hdf *hdf, const char *title, const char *command, char **history);

/** Add what is known when it has ended (NULL: nothing), and mark the file as complete. */
pw_status pw_preface_complete(const struct pw_hdf *hdf, const struct pw_run_result *result);

#endif
