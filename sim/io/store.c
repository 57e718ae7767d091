/* SPDX-License-Identifier: MIT */
#include "pathways/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grid.h"
#include "panel.h"
#include "pathways/alloc.h"
#include "preface.h"

struct pw_store {
    char *final_path, *part_path, *history;
    bool force;
    struct pw_disk disk;
    struct pw_hdf hdf;
    struct pw_packer packer;
    struct pw_panel panel;
    int window_years; /* asked for */
    bool is_finished;
};

/* --- Beginning ----------------------------------------------------------------------------------
 */

/* What stands under the final name must be a file, and may only be replaced when asked. */
static pw_status
check_final(const char *path, bool force)
{
    pw_status status = PW_OK;
    struct stat about;

    if (!path[0]) PW_FAIL(PW_EUSAGE, "the run file needs a name; give one with -o");
    if (stat(path, &about) < 0) goto done;
    if (S_ISDIR(about.st_mode))
        PW_FAIL(PW_EIO, "%s: is a folder; give the name of a file in it", path);
    if (!S_ISREG(about.st_mode))
        PW_FAIL(PW_EIO, "%s: is not an ordinary file; give another name", path);
    if (!force)
        PW_FAIL(
            PW_EUSAGE, "%s: is there already; --force replaces it, -o gives another name", path);
done:
    return status;
}

/*
 * HDF5's cache may not write between flushes: then a run that is killed at any moment leaves the
 * file as the last flush left it. The cache grows by about 100 bytes a chunk.
 */
static pw_status
hold_metadata(const struct pw_hdf *hdf)
{
    pw_status status = PW_OK;
    H5AC_cache_config_t config = { .version = H5AC__CURR_CACHE_CONFIG_VERSION };

    PW_TRY(pw_hdf_check(hdf, "the file", H5Fget_mdc_config(hdf->file, &config)));
    config.evictions_enabled = false;
    config.incr_mode = H5C_incr__off;
    config.flash_incr_mode = H5C_flash_incr__off;
    config.decr_mode = H5C_decr__off;
    PW_TRY(pw_hdf_check(hdf, "the file", H5Fset_mdc_config(hdf->file, &config)));
done:
    return status;
}

static pw_status
create_file(struct pw_hdf *hdf)
{
    pw_status status = PW_OK;
    const hid_t access = pw_disk_access(hdf->disk), creation = H5Pcreate(H5P_FILE_CREATE);

    PW_TRY(pw_hdf_check(hdf, "the file", access < 0 ? access : creation));
    PW_TRY(pw_hdf_check(hdf, "the file",
        H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)));
    PW_TRY(pw_hdf_check(hdf, "the file",
        H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)));
    hdf->file = H5Fcreate(hdf->path, H5F_ACC_TRUNC, creation, access);
    PW_TRY(pw_hdf_check(hdf, "the file", hdf->file));
    PW_TRY(hold_metadata(hdf));
done:
    pw_hdf_close(creation);
    pw_hdf_close(access);
    return status;
}

/* The file without contents. */
static pw_status
open_store(const char *path, bool force, int window, struct pw_store **store)
{
    pw_status status = PW_OK;
    struct pw_store *s = NULL;
    const size_t panel_chunk = (size_t) PW_PANEL_CHUNK_ROWS * (size_t) window * sizeof(int16_t);
    const size_t part_size = strlen(path) + sizeof ".part";

    *store = NULL;
    PW_BUG_IF(window < 1 || window > 64);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* failures become our sentences */
    PW_TRY(check_final(path, force));
    PW_TRY(pw_alloc(1, sizeof *s, &s));
    s->disk.fd = -1;
    s->hdf = (struct pw_hdf){ .file = -1 };
    s->force = force;
    s->window_years = window;
    PW_TRY(pw_strdup(path, &s->final_path));
    PW_TRY(pw_alloc(part_size, 1, &s->part_path));
    snprintf(s->part_path, part_size, "%s.part", path);
    PW_TRY(pw_packer_init(
        &s->packer, panel_chunk > PW_GRID_CHUNK_BYTES ? panel_chunk : PW_GRID_CHUNK_BYTES));
    PW_TRY(pw_disk_open(&s->disk, s->part_path));
    s->hdf.path = s->part_path;
    s->hdf.disk = &s->disk;
    PW_TRY(create_file(&s->hdf));
    *store = s;
done:
    if (status != PW_OK) pw_store_abandon(&s, false);
    return status;
}

pw_status
pw_store_create(
    const char *path, bool force, const struct pw_run_info *info, struct pw_store **store)
{
    pw_status status = PW_OK;

    PW_TRY(
        open_store(path, force, info->window_years ? info->window_years : PW_WINDOW_YEARS, store));
    PW_TRY(pw_preface_write(&(*store)->hdf, &(*store)->packer, info, &(*store)->history));
    PW_TRY(pw_hdf_flush(&(*store)->hdf));
done:
    if (status != PW_OK) pw_store_abandon(store, false);
    return status;
}

pw_status
pw_store_create_bare(
    const char *path, bool force, const char *title, const char *command, struct pw_store **store)
{
    pw_status status = PW_OK;

    PW_TRY(open_store(path, force, 1, store));
    PW_TRY(pw_preface_write_bare(&(*store)->hdf, title, command, &(*store)->history));
    PW_TRY(pw_hdf_flush(&(*store)->hdf));
done:
    if (status != PW_OK) pw_store_abandon(store, false);
    return status;
}

const char *
pw_store_history(const struct pw_store *store)
{
    return store->history;
}

const char *
pw_store_part_path(const struct pw_store *store)
{
    return store->part_path;
}

/* --- Contents -----------------------------------------------------------------------------------
 */

pw_status
pw_store_begin_trajectories(
    struct pw_store *store, uint32_t variables, int first_year, int num_years)
{
    const struct pw_dimension year = {
        .name = "year", .length = (size_t) num_years, .first = first_year
    };

    PW_BUG_IF(store->panel.is_open || num_years < 1 || !(variables & PW_ALL_TRAJECTORIES));
    return pw_panel_open(&store->panel, &store->hdf, variables, &year,
        num_years < store->window_years ? num_years : store->window_years);
}

int
pw_store_window_years(const struct pw_store *store)
{
    return store->panel.is_open ? store->panel.window_years : store->window_years;
}

pw_status
pw_store_open_window(struct pw_store *store, size_t num_rows, int first_year, int num_years)
{
    const struct pw_panel *panel = &store->panel;
    const int left = panel->num_years - panel->years_done;

    PW_BUG_IF(!panel->is_open || first_year != panel->years_done);
    PW_BUG_IF(num_years != (left < panel->window_years ? left : panel->window_years));
    return pw_panel_extend(&store->panel, &store->hdf, &store->packer, num_rows);
}

pw_status
pw_store_write_rows(struct pw_store *store, size_t first, size_t count, const void *const *data)
{
    const struct pw_panel_rows rows = { .first = first, .count = count, .data = data };

    return pw_panel_write(&store->panel, &store->hdf, &store->packer, &rows);
}

pw_status
pw_store_close_window(struct pw_store *store)
{
    return pw_panel_close_window(&store->panel, &store->hdf);
}

pw_status
pw_store_write_window(
    struct pw_store *store, size_t num_rows, int first_year, int num_years, const void *const *data)
{
    pw_status status = PW_OK;

    PW_TRY(pw_store_open_window(store, num_rows, first_year, num_years));
    PW_TRY(pw_store_write_rows(store, 0, num_rows, data));
    PW_TRY(pw_store_close_window(store));
done:
    return status;
}

pw_status
pw_store_save_windows(struct pw_store *store, struct pw_checkpoint_writer *writer)
{
    return pw_panel_save(&store->panel, &store->hdf, writer);
}

pw_status
pw_store_restore_window(struct pw_store *store, struct pw_checkpoint_reader *reader)
{
    return pw_panel_restore(&store->panel, &store->hdf, &store->packer, reader);
}

pw_status
pw_store_write_array(struct pw_store *store, const struct pw_array *array)
{
    return pw_grid_write(&store->hdf, &store->packer, array);
}

pw_status
pw_store_write_names(struct pw_store *store, const struct pw_name_list *list)
{
    pw_status status = PW_OK;
    hid_t group = -1, scale = -1;

    if (list->count == 0) goto done;
    PW_TRY(pw_hdf_group(&store->hdf, list->group, &group));
    if (list->along != NULL)
        PW_TRY(pw_hdf_scale(&store->hdf, group,
            &(struct pw_dimension){ .name = list->along, .length = list->count }, &scale));
    PW_TRY(pw_hdf_write_texts(
        &store->hdf, group, list->name, list->about, list->items, list->count, scale));
done:
    pw_hdf_close(scale);
    pw_hdf_close(group);
    return status;
}

pw_status
pw_store_set_text(struct pw_store *store, const char *name, const char *text)
{
    return pw_hdf_set_text(&store->hdf, store->hdf.file, name, text);
}

pw_status
pw_store_set_whole(struct pw_store *store, const char *name, int64_t value)
{
    return pw_hdf_set_whole(&store->hdf, store->hdf.file, name, value);
}

/* --- End ----------------------------------------------------------------------------------------
 */

/* After this nothing of the file is open in HDF5. Never fails: failures are the disk's, which are
 * kept. */
static void
close_hdf(struct pw_store *store)
{
    pw_panel_close(&store->panel);
    if (store->hdf.file >= 0) {
        if (H5Fclose(store->hdf.file) < 0 && !store->disk.failure) store->disk.failure = EIO;
        store->hdf.file = -1;
    }
}

pw_status
pw_store_finish(struct pw_store *store, const struct pw_run_result *result)
{
    pw_status status = PW_OK;

    PW_BUG_IF(store->is_finished || store->hdf.file < 0);
    PW_TRY(pw_preface_complete(&store->hdf, result));
    PW_TRY(pw_hdf_flush(&store->hdf));
    close_hdf(store);
    PW_TRY(pw_disk_sync(&store->disk));
    PW_TRY(check_final(store->final_path, store->force)); /* another run may have finished since */
    /* Renamed while it is still claimed, so that no other run can be emptying it. */
    if (rename(store->part_path, store->final_path) < 0)
        PW_FAIL(PW_EIO, "%s: could not be renamed to %s: %s", store->part_path, store->final_path,
            pw_disk_reason(errno));
    store->is_finished = true;
    pw_disk_sync_folder(store->final_path);
    pw_disk_close(&store->disk);
done:
    return status;
}

void
pw_store_abandon(struct pw_store **store, bool keep)
{
    struct pw_store *s = *store;

    if (!s) return;
    /* A file that is to go need not be written: this is also quick on a full disk. */
    if (!s->is_finished && !keep && s->hdf.file >= 0 && !s->disk.failure)
        s->disk.failure = ECANCELED;
    close_hdf(s);
    if (s->disk.fd >= 0 && !s->is_finished && !keep) unlink(s->part_path);
    pw_disk_close(&s->disk);
    pw_packer_free(&s->packer);
    pw_free(&s->part_path);
    pw_free(&s->final_path);
    pw_free(&s->history);
    pw_free(store);
}
