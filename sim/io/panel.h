/**
 * panel.h - /trajectories: every person, every year, a window of years at a time.
 *
 * Internal to sim/io.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_PANEL_H
#define PW_PANEL_H

#include "hdf.h"
#include "pathways/checkpoint.h"
#include "pathways/trajectory.h"

/** People in a chunk of a trajectory. */
#define PW_PANEL_CHUNK_ROWS PW_STORE_BLOCK_ROWS

/** The group while it is written. Zero-initialise; release with pw_panel_close. */
struct pw_panel {
    bool is_open;
    hid_t person;                         /* the scale, which grows too */
    hid_t variables[PW_NUM_TRAJECTORIES]; /* -1: not asked for */
    size_t num_rows;                      /* in the present window */
    int num_years, window_years, years_done;
    size_t *window_rows; /* [windows] people there were when each window was written */
};

/** Make the group and its datasets, without people. @param window_years at most num_years */
pw_status pw_panel_open(struct pw_panel *panel, const struct pw_hdf *hdf, uint32_t variables,
    const struct pw_dimension *year, int window_years);

/** Some people of a window. Arguments as pw_store_write_rows. */
struct pw_panel_rows {
    size_t first, count;
    const void *const *data; /* [PW_NUM_TRAJECTORIES] */
};

/** Begin the next window, of so many people: room for them. */
pw_status pw_panel_extend(
    struct pw_panel *panel, const struct pw_hdf *hdf, struct pw_packer *packer, size_t num_rows);

/** Write some of them. */
pw_status pw_panel_write(struct pw_panel *panel, const struct pw_hdf *hdf, struct pw_packer *packer,
    const struct pw_panel_rows *rows);

/** The window is on file: flush it. */
pw_status pw_panel_close_window(struct pw_panel *panel, const struct pw_hdf *hdf);

/** Copy the windows written so far, packed as they are, into a checkpoint. */
pw_status pw_panel_save(
    const struct pw_panel *panel, const struct pw_hdf *hdf, struct pw_checkpoint_writer *writer);

/** Write the next window from a checkpoint and flush it. */
pw_status pw_panel_restore(struct pw_panel *panel, const struct pw_hdf *hdf,
    struct pw_packer *packer, struct pw_checkpoint_reader *reader);

void pw_panel_close(struct pw_panel *panel);

#endif
