/* SPDX-License-Identifier: MIT */
#include "panel.h"

#include "pathways/alloc.h"

#define GROUP "/trajectories"
/* People in a chunk of the person scale. */
#define SCALE_CHUNK_ROWS 16384

/* The code for absent people, in the variable's own type. */
static const void *
absent_item(const struct pw_trajectory_info *info, int8_t *narrow, int16_t *wide)
{
    *narrow = (int8_t) info->absent;
    *wide = (int16_t) info->absent;
    return info->size == 1 ? (const void *) narrow : (const void *) wide;
}

static pw_status
describe_variable(const struct pw_hdf *hdf, hid_t dataset, const struct pw_trajectory_info *info,
    enum pw_type type)
{
    pw_status status = PW_OK;
    const float scale = (float) info->scale, offset = (float) info->offset;
    int8_t narrow;
    int16_t wide;

    if (info->codes >= 0) {
        int num_codes = 0;
        const struct pw_code *codes = pw_codes((enum pw_code_family) info->codes, &num_codes);

        PW_TRY(pw_hdf_set_codes(hdf, dataset, type, codes, num_codes));
    }
    /* Packed numbers become floats when they are read, so that absence may as well become NaN. */
    if (info->scale > 0.0) {
        PW_TRY(pw_hdf_set_numbers(hdf, dataset, "scale_factor", PW_TYPE_FLOAT32, 1, &scale));
        PW_TRY(pw_hdf_set_numbers(hdf, dataset, "add_offset", PW_TYPE_FLOAT32, 1, &offset));
        PW_TRY(pw_hdf_set_numbers(
            hdf, dataset, "_FillValue", type, 1, absent_item(info, &narrow, &wide)));
    }
done:
    return status;
}

static pw_status
open_variable(struct pw_panel *panel, const struct pw_hdf *hdf, hid_t group, hid_t year, int v)
{
    pw_status status = PW_OK;
    const struct pw_trajectory_info *info = &pw_trajectories_table()[v];
    const enum pw_type type = info->size == 1 ? PW_TYPE_INT8 : PW_TYPE_INT16;
    const hsize_t dims[2] = { 0, (hsize_t) panel->num_years };
    const hsize_t max_dims[2] = { H5S_UNLIMITED, (hsize_t) panel->num_years };
    const hsize_t chunk[2] = { PW_PANEL_CHUNK_ROWS, (hsize_t) panel->window_years };
    int8_t narrow;
    int16_t wide;
    const struct pw_dataset dataset = { .name = info->name,
        .about = info->about,
        .units = info->units,
        .type = type,
        .rank = 2,
        .dims = dims,
        .max_dims = max_dims,
        .chunk = chunk,
        .fill = absent_item(info, &narrow, &wide) };

    PW_TRY(pw_hdf_create(hdf, group, &dataset, &panel->variables[v]));
    PW_TRY(describe_variable(hdf, panel->variables[v], info, type));
    PW_TRY(pw_hdf_attach(hdf, panel->variables[v], panel->person, 0));
    PW_TRY(pw_hdf_attach(hdf, panel->variables[v], year, 1));
done:
    return status;
}

pw_status
pw_panel_open(struct pw_panel *panel, const struct pw_hdf *hdf, uint32_t variables,
    const struct pw_dimension *year, int window_years)
{
    pw_status status = PW_OK;
    hid_t group = -1, year_scale = -1;
    const hsize_t none = 0, unlimited = H5S_UNLIMITED, chunk = SCALE_CHUNK_ROWS;
    const struct pw_dataset person = { .name = "person",
        .about =
            "Person: row of every dataset here and in /persons, from 0, in order of birth year",
        .units = "1",
        .type = PW_TYPE_INT32,
        .rank = 1,
        .dims = &none,
        .max_dims = &unlimited,
        .chunk = &chunk };

    *panel = (struct pw_panel){
        .is_open = true, .person = -1, .num_years = (int) year->length, .window_years = window_years
    };
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        panel->variables[v] = -1;
    PW_TRY(pw_alloc((size_t) ((panel->num_years + window_years - 1) / window_years),
        sizeof *panel->window_rows, &panel->window_rows));
    PW_TRY(pw_hdf_group(hdf, GROUP, &group));
    PW_TRY(pw_hdf_create(hdf, group, &person, &panel->person));
    PW_TRY(pw_hdf_make_scale(hdf, panel->person, "person"));
    PW_TRY(pw_hdf_scale(hdf, group, year, &year_scale));
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        if (variables >> v & 1) PW_TRY(open_variable(panel, hdf, group, year_scale, v));
done:
    pw_hdf_close(year_scale);
    pw_hdf_close(group);
    return status;
}

void
pw_panel_close(struct pw_panel *panel)
{
    if (!panel->is_open) return;
    pw_hdf_close(panel->person);
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        pw_hdf_close(panel->variables[v]);
    pw_free(&panel->window_rows);
    *panel = (struct pw_panel){ 0 };
}

/* --- A window -----------------------------------------------------------------------------------
 */

/* Chunks are written in full, beyond the people there are: so each is written once, however they
 * grow. */
static pw_status
extend_scale(
    struct pw_panel *panel, const struct pw_hdf *hdf, struct pw_packer *packer, size_t num_rows)
{
    static const int32_t nobody = PW_NOBODY;
    pw_status status = PW_OK;
    int32_t *rows = NULL;
    const hsize_t extent = num_rows;
    const size_t first = (panel->num_rows + SCALE_CHUNK_ROWS - 1) / SCALE_CHUNK_ROWS;
    const size_t end = (num_rows + SCALE_CHUNK_ROWS - 1) / SCALE_CHUNK_ROWS;

    PW_TRY(pw_hdf_check(hdf, GROUP "/person", H5Dset_extent(panel->person, &extent)));
    PW_TRY(pw_alloc(SCALE_CHUNK_ROWS, sizeof *rows, &rows));
    for (size_t k = first; k < end; k++) {
        const hsize_t offset = k * SCALE_CHUNK_ROWS;
        struct pw_chunk chunk = { .source = rows,
            .rows = SCALE_CHUNK_ROWS,
            .columns = 1,
            .full_rows = SCALE_CHUNK_ROWS,
            .full_columns = 1,
            .item_size = sizeof *rows,
            .fill = &nobody };

        for (size_t i = 0; i < SCALE_CHUNK_ROWS; i++)
            rows[i] = (int32_t) (offset + i);
        PW_TRY(pw_packer_pack(packer, &chunk, 1));
        PW_TRY(pw_hdf_check(hdf, GROUP "/person",
            H5Dwrite_chunk(
                panel->person, H5P_DEFAULT, 0, &offset, chunk.packed_size, chunk.packed)));
    }
done:
    pw_free(&rows);
    return status;
}

/* One window of all variables as a list of chunks, so that a small population still fills all
 * threads. */
struct window {
    int variables[PW_NUM_TRAJECTORIES]; /* [num_variables] those asked for */
    const void *fill[PW_NUM_TRAJECTORIES];
    int8_t narrow[PW_NUM_TRAJECTORIES];
    int16_t wide[PW_NUM_TRAJECTORIES];
    size_t num_variables, chunks_each;
    size_t num_years, full_years;
    const struct pw_panel_rows *people;
};

static struct pw_chunk
locate(const struct window *window, size_t index, int *variable, size_t *first_row)
{
    const int v = window->variables[index / window->chunks_each];
    const size_t first = index % window->chunks_each * PW_PANEL_CHUNK_ROWS;
    const size_t left = window->people->count - first;
    const size_t size = pw_trajectories_table()[v].size;

    *variable = v;
    *first_row = window->people->first + first;
    return (struct pw_chunk){
        .source =
            (const unsigned char *) window->people->data[v] + first * window->num_years * size,
        .rows = left < PW_PANEL_CHUNK_ROWS ? left : PW_PANEL_CHUNK_ROWS,
        .columns = window->num_years,
        .full_rows = PW_PANEL_CHUNK_ROWS,
        .full_columns = window->full_years,
        .item_size = size,
        .fill = window->fill[v],
    };
}

static pw_status
write_chunks(const struct pw_panel *panel, const struct pw_hdf *hdf, struct pw_packer *packer,
    const struct window *window)
{
    pw_status status = PW_OK;
    struct pw_chunk *chunks = NULL;
    const size_t num_chunks = window->num_variables * window->chunks_each;
    size_t count;

    PW_TRY(pw_alloc(packer->batch, sizeof *chunks, &chunks));
    for (size_t begin = 0; begin < num_chunks; begin += count) {
        int v = 0;
        size_t row = 0;

        count = num_chunks - begin < packer->batch ? num_chunks - begin : packer->batch;
        for (size_t i = 0; i < count; i++)
            chunks[i] = locate(window, begin + i, &v, &row);
        PW_TRY(pw_packer_pack(packer, chunks, count));
        for (size_t i = 0; i < count; i++) {
            hsize_t offset[2] = { 0, (hsize_t) panel->years_done };

            locate(window, begin + i, &v, &row);
            offset[0] = row;
            PW_TRY(pw_hdf_check(hdf, pw_trajectories_table()[v].name,
                H5Dwrite_chunk(panel->variables[v], H5P_DEFAULT, 0, offset, chunks[i].packed_size,
                    chunks[i].packed)));
        }
    }
done:
    pw_free(&chunks);
    return status;
}

pw_status
pw_panel_extend(
    struct pw_panel *panel, const struct pw_hdf *hdf, struct pw_packer *packer, size_t num_rows)
{
    pw_status status = PW_OK;
    const hsize_t extent[2] = { num_rows, (hsize_t) panel->num_years };

    PW_BUG_IF(!panel->is_open || num_rows < panel->num_rows || num_rows > INT32_MAX);
    PW_TRY(extend_scale(panel, hdf, packer, num_rows));
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        if (panel->variables[v] >= 0)
            PW_TRY(pw_hdf_check(
                hdf, pw_trajectories_table()[v].name, H5Dset_extent(panel->variables[v], extent)));
    panel->num_rows = num_rows;
done:
    return status;
}

/* Years of the present window. */
static int
count_years(const struct pw_panel *panel)
{
    const int left = panel->num_years - panel->years_done;

    return left < panel->window_years ? left : panel->window_years;
}

pw_status
pw_panel_close_window(struct pw_panel *panel, const struct pw_hdf *hdf)
{
    panel->window_rows[panel->years_done / panel->window_years] = panel->num_rows;
    panel->years_done += count_years(panel);
    return pw_hdf_flush(hdf);
}

pw_status
pw_panel_write(struct pw_panel *panel, const struct pw_hdf *hdf, struct pw_packer *packer,
    const struct pw_panel_rows *rows)
{
    pw_status status = PW_OK;
    struct window window = {
        .chunks_each = (rows->count + PW_PANEL_CHUNK_ROWS - 1) / PW_PANEL_CHUNK_ROWS,
        .num_years = (size_t) count_years(panel),
        .full_years = (size_t) panel->window_years,
        .people = rows,
    };

    PW_BUG_IF(
        rows->first % PW_PANEL_CHUNK_ROWS != 0 || rows->first + rows->count > panel->num_rows);
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++) {
        if (panel->variables[v] < 0) continue;
        PW_BUG_IF(!rows->data[v] && rows->count > 0);
        window.variables[window.num_variables++] = v;
        window.fill[v] =
            absent_item(&pw_trajectories_table()[v], &window.narrow[v], &window.wide[v]);
    }
    PW_TRY(write_chunks(panel, hdf, packer, &window));
done:
    return status;
}

/* --- Checkpoints --------------------------------------------------------------------------------
 */

/* Memory for one packed chunk, which grows to the largest. */
struct parcel {
    unsigned char *bytes;
    size_t capacity;
};

static pw_status
make_room(struct parcel *parcel, size_t size)
{
    pw_status status = PW_OK;

    if (size > parcel->capacity) {
        pw_free(&parcel->bytes);
        parcel->capacity = 0;
        PW_TRY(pw_alloc(size, 1, &parcel->bytes));
        parcel->capacity = size;
    }
done:
    return status;
}

static pw_status
save_chunk(const struct pw_panel *panel, const struct pw_hdf *hdf, int v, const hsize_t *offset,
    struct parcel *parcel, struct pw_checkpoint_writer *writer)
{
    pw_status status = PW_OK;
    const char *name = pw_trajectories_table()[v].name;
    hsize_t size = 0;
    uint32_t filters = 0;

    PW_TRY(pw_hdf_check(hdf, name, H5Dget_chunk_storage_size(panel->variables[v], offset, &size)));
    PW_TRY(make_room(parcel, (size_t) size));
    PW_TRY(pw_hdf_check(hdf, name,
        H5Dread_chunk(panel->variables[v], H5P_DEFAULT, offset, &filters, parcel->bytes)));
    PW_TRY(pw_checkpoint_put(writer, "trajectories/chunk", parcel->bytes, (size_t) size));
done:
    return status;
}

pw_status
pw_panel_save(
    const struct pw_panel *panel, const struct pw_hdf *hdf, struct pw_checkpoint_writer *writer)
{
    pw_status status = PW_OK;
    struct parcel parcel = { 0 };

    for (int year = 0; year < panel->years_done; year += panel->window_years) {
        const uint64_t rows = panel->window_rows[year / panel->window_years];

        PW_TRY(pw_checkpoint_put(writer, "trajectories/rows", &rows, sizeof rows));
        for (int v = 0; v < PW_NUM_TRAJECTORIES; v++) {
            hsize_t offset[2] = { 0, (hsize_t) year };

            if (panel->variables[v] < 0) continue;
            for (; offset[0] < rows; offset[0] += PW_PANEL_CHUNK_ROWS)
                PW_TRY(save_chunk(panel, hdf, v, offset, &parcel, writer));
        }
    }
done:
    pw_free(&parcel.bytes);
    return status;
}

static pw_status
restore_chunk(const struct pw_panel *panel, const struct pw_hdf *hdf, int v, const hsize_t *offset,
    struct parcel *parcel, struct pw_checkpoint_reader *reader)
{
    pw_status status = PW_OK;
    size_t size = 0;

    PW_TRY(pw_checkpoint_next(reader, "trajectories/chunk", &size));
    PW_TRY(make_room(parcel, size));
    PW_TRY(pw_checkpoint_get(reader, "trajectories/chunk", parcel->bytes, size));
    PW_TRY(pw_hdf_check(hdf, pw_trajectories_table()[v].name,
        H5Dwrite_chunk(panel->variables[v], H5P_DEFAULT, 0, offset, size, parcel->bytes)));
done:
    return status;
}

pw_status
pw_panel_restore(struct pw_panel *panel, const struct pw_hdf *hdf, struct pw_packer *packer,
    struct pw_checkpoint_reader *reader)
{
    pw_status status = PW_OK;
    struct parcel parcel = { 0 };
    uint64_t rows = 0;

    PW_BUG_IF(!panel->is_open || count_years(panel) < 1);
    PW_TRY(pw_checkpoint_get(reader, "trajectories/rows", &rows, sizeof rows));
    if (rows < panel->num_rows || rows > INT32_MAX)
        PW_FAIL(PW_EFORMAT, "%s: a window of %llu people cannot be", pw_checkpoint_path(reader),
            (unsigned long long) rows);
    PW_TRY(pw_panel_extend(panel, hdf, packer, (size_t) rows));
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++) {
        hsize_t offset[2] = { 0, (hsize_t) panel->years_done };

        if (panel->variables[v] < 0) continue;
        for (; offset[0] < rows; offset[0] += PW_PANEL_CHUNK_ROWS)
            PW_TRY(restore_chunk(panel, hdf, v, offset, &parcel, reader));
    }
    PW_TRY(pw_panel_close_window(panel, hdf));
done:
    pw_free(&parcel.bytes);
    return status;
}
