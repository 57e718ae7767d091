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

/** Add what is known when it has ended, and mark the file as complete. */
pw_status pw_preface_complete(const struct pw_hdf *hdf, const struct pw_run_result *result);

#endif
