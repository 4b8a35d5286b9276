/* Files of records. Both readers end the process with a message that names the file when it is not what it should be. See main.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "feed_server.h"

static char *read_file(const char *path, size_t *ret_length)
{
	FILE *file = fopen(path, "rb");
	struct stat status;
	char *text;

	if (!file)
		die(2, "--data %s: %s", path, strerror(errno));
	if (fstat(fileno(file), &status) < 0 || !S_ISREG(status.st_mode))
		die(2, "--data %s: not a regular file", path);
	text = must(malloc((size_t)status.st_size + 1));
	*ret_length = fread(text, 1, (size_t)status.st_size, file);
	if (ferror(file))
		die(2, "--data %s: %s", path, strerror(errno));
	text[*ret_length] = '\0';
	fclose(file);
	return text;
}

/* Real numbers are written with 15 digits: as short as in the file, for files that have no more. */
char *dump(const json_t *value)
{
	return must(json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)));
}

static char *id_text(const json_t *id, size_t position)
{
	if (json_is_string(id))
		return must(strdup(json_string_value(id)));
	return id ? dump(id) : format_text("%zu", position);
}

/* Event types end at a line end; anything else would be a new field. */
static char *type_text(const char *text)
{
	return must(strndup(text, strcspn(text, "\r\n")));
}

static void load_geojson(struct items *file, const char *path, const char *text, size_t length)
{
	json_error_t error;
	json_t *root = json_loadb(text, length, 0, &error);
	json_t *features = json_object_get(root, "features");
	json_t *feature;
	size_t i;

	if (!root)
		die(2, "--data %s: line %d: %s", path, error.line, error.text);
	if (!json_is_array(features))
		die(2, "--data %s: not GeoJSON: no \"features\" array", path);
	json_array_foreach(features, i, feature)
	{
		const char *type = json_string_value(json_object_get(json_object_get(feature, "properties"), "type"));

		if (!json_is_object(feature))
			die(2, "--data %s: feature %zu is not an object", path, i + 1);
		if (!json_object_get(feature, "id"))
			json_object_set_new(feature, "id", json_integer((json_int_t)i + 1));
		items_add(file, (struct item){ .id = id_text(json_object_get(feature, "id"), i + 1),
					.json = dump(feature),
					.type = type_text(type ? type : "feature") });
	}
	json_decref(root);
}

/* A cell that reads as a JSON number becomes one, any other a string. */
static json_t *cell_value(const char *cell)
{
	json_t *value = json_loads(cell, JSON_DECODE_ANY, NULL);

	if (json_is_number(value))
		return value;
	json_decref(value);
	return json_string(cell);
}

/* Unquotes one cell in place (RFC 4180), moves *text behind it; *ret_last tells whether the line ends with it. */
static char *csv_cell(char **text, unsigned *line, bool *ret_last)
{
	char *from = *text, *to = *text, *cell = *text;
	bool quoted = *from == '"';

	from += quoted;
	while (*from && (quoted || !strchr(",\r\n", *from))) {
		if (*from == '\n')
			++*line;
		if (quoted && *from == '"' && *++from != '"')
			quoted = false; /* `from` is behind the closing quote */
		else
			*to++ = *from++;
	}
	*ret_last = *from != ',';
	if (*from == '\r')
		from++;
	if (*from == '\n')
		++*line;
	*text = *from ? from + 1 : from;
	*to = '\0';
	return cell;
}

static void load_csv(struct items *file, const char *path, char *text)
{
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	char *names[256];
	size_t columns = 0;
	unsigned line = 1;
	bool last = false;

	while (!last) {
		if (columns == sizeof names / sizeof *names)
			die(2, "--data %s: more than %zu columns", path, columns);
		names[columns++] = csv_cell(&text, &line, &last);
	}
	if (columns < 2)
		die(2, "--data %s: neither GeoJSON nor CSV: the first line names fewer than two columns", path);
	while (*text) {
		unsigned row_line = line;
		json_t *row = json_object();
		size_t column = 0;

		if (*text == '\n' || (*text == '\r' && text[1] == '\n')) {
			csv_cell(&text, &line, &last);
			continue;
		}
		json_object_set_new(row, "id", json_integer((json_int_t)file->count + 1));
		for (last = false; !last; column++) {
			char *cell = csv_cell(&text, &line, &last);

			if (column < columns && json_object_set_new(row, names[column], cell_value(cell)) < 0)
				die(2, "--data %s: line %u: column %zu is not UTF-8", path, row_line, column + 1);
		}
		if (column != columns)
			die(2, "--data %s: line %u has %zu cells, the header %zu", path, row_line, column, columns);
		items_add(file, (struct item){ .id = id_text(json_object_get(row, "id"), file->count + 1),
					.json = dump(row),
					.type = must(strndup(base, strcspn(base, ".\r\n"))) });
		json_decref(row);
	}
}

void load_file(struct items *file, const char *path)
{
	size_t length;
	char *memory = read_file(path, &length);
	char *text = memory;

	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	if (strlen(memory) != length)
		die(2, "--data %s: a binary file: byte %zu is zero", path, strlen(memory));
	if (text[strspn(text, " \t\r\n")] == '{')
		load_geojson(file, path, text, length - (size_t)(text - memory));
	else
		load_csv(file, path, text);
	if (!file->count)
		die(2, "--data %s: no records", path);
	free(memory);
}
