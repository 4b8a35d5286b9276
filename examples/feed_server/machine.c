/* Samples and processes of this machine. See main.c. */
#include <ctype.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "feed_server.h"

static struct metric *metric_named(struct server *server, const char *type, const char *name, const char *unit)
{
	struct metric *metric;
	char key[sizeof metric->key];

	snprintf(key, sizeof key, "%s%s", type, name);
	for (size_t i = 0; i < server->metric_count; i++)
		if (strcmp(server->metrics[i].key, key) == 0)
			return &server->metrics[i];
	if (server->metric_count == METRICS_MAX)
		return NULL;
	metric = &server->metrics[server->metric_count++];
	*metric = (struct metric){ .type = type, .unit = unit, .trend = "→" };
	memcpy(metric->key, key, sizeof key);
	return metric;
}

static void metric_set(struct metric *metric, double value)
{
	if (!metric)
		return;
	value = round(value * 100) / 100;
	metric->trend = value > metric->value ? "↗" : value < metric->value ? "↘" : "→";
	metric->value = value;
}

/* A counter that stands still while no time has passed on its clock tells nothing new. */
static void metric_set_rate(struct metric *metric, double counter, double time, double scale)
{
	if (!metric || time <= metric->counter_time)
		return;
	if (metric->counter_time > 0)
		metric_set(metric, (counter - metric->counter) / (time - metric->counter_time) * scale);
	metric->counter = counter;
	metric->counter_time = time;
}

static void for_each_line(const char *path, void (*use)(struct server *, char *line), struct server *server)
{
	FILE *file = fopen(path, "r");
	char line[512];

	if (!file)
		return;
	while (fgets(line, sizeof line, file))
		use(server, line);
	fclose(file);
}

static void use_stat_line(struct server *server, char *line)
{
	double user, nice, system, idle, wait = 0, irq = 0, soft = 0, steal = 0, busy;
	char name[16];

	if (sscanf(line, "cpu%15[0-9] %lf %lf %lf %lf %lf %lf %lf %lf", name, &user, &nice, &system, &idle, &wait, &irq,
		    &soft, &steal) < 5)
		return;
	busy = user + nice + system + irq + soft + steal;
	metric_set_rate(metric_named(server, "cpu", name, "%"), busy, busy + idle + wait, 100);
}

static void use_meminfo_line(struct server *server, char *line)
{
	double kib;

	if (sscanf(line, "MemAvailable: %lf kB", &kib) == 1)
		metric_set(metric_named(server, "mem", "", "MiB free"), kib / 1024);
}

static void use_loadavg_line(struct server *server, char *line)
{
	metric_set(metric_named(server, "load", "", "runnable"), atof(line));
}

static void use_net_line(struct server *server, char *line)
{
	char name[34] = ".";
	double received, sent;

	if (sscanf(line, " %32[^: ]: %lf %*s %*s %*s %*s %*s %*s %*s %lf", name + 1, &received, &sent) == 3 &&
		received + sent > 0)
		metric_set_rate(metric_named(server, "net", name, "kB/s"), received + sent, monotonic_now(), 1e-3);
}

/* Whole disks only: partitions are not in /sys/block. */
static void use_disk_line(struct server *server, char *line)
{
	char name[34] = ".", path[64];
	double read, written;

	if (sscanf(line, "%*d %*d %32s %*s %*s %lf %*s %*s %*s %lf", name + 1, &read, &written) != 3 ||
		read + written == 0)
		return;
	snprintf(path, sizeof path, "/sys/block/%s", name + 1);
	if (access(path, F_OK) == 0)
		metric_set_rate(
			metric_named(server, "disk", name, "kB/s"), (read + written) * 512, monotonic_now(), 1e-3);
}

void sample_machine(struct server *server)
{
	for_each_line("/proc/stat", use_stat_line, server);
	for_each_line("/proc/meminfo", use_meminfo_line, server);
	for_each_line("/proc/loadavg", use_loadavg_line, server);
	for_each_line("/proc/net/dev", use_net_line, server);
	for_each_line("/proc/diskstats", use_disk_line, server);
	if (!server->metric_count)
		die(1, "nothing to sample: is /proc mounted?");
}

static void read_process(struct items *items, const char *pid, uint64_t walk, int64_t time)
{
	char path[300], text[1024], *name, *name_end, state;
	unsigned long user_ticks, system_ticks;
	long rss_pages;
	FILE *file;
	size_t length;
	json_t *process;
	struct item item = { 0 };

	snprintf(path, sizeof path, "/proc/%s/stat", pid);
	file = fopen(path, "r");
	if (!file)
		return; /* it ended meanwhile */
	length = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[length] = '\0';
	name = strchr(text, '(');
	name_end = strrchr(text, ')'); /* a name may contain parentheses */
	if (!name || !name_end ||
		sscanf(name_end + 1,
			" %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %lu %lu %*s %*s %*s %*s %*s %*s %*s %*s %ld",
			&state, &user_ticks, &system_ticks, &rss_pages) != 4)
		return;
	*name_end = '\0';
	item.id = format_text("%ju:%s", (uintmax_t)walk, pid);
	for (int attempt = 0; attempt < 2; attempt++) {
		process = json_pack("{ss si ss ss# sI sI sI sI}", "id", item.id, "pid", atoi(pid), "name", name + 1,
			"state", &state, 1, "rss_kib", (json_int_t)rss_pages * (sysconf(_SC_PAGESIZE) / 1024), "cpu_ms",
			(json_int_t)(user_ticks + system_ticks) * 1000 / sysconf(_SC_CLK_TCK), "walk", (json_int_t)walk,
			"time", (json_int_t)time);
		if (process)
			break;
		for (char *c = name + 1; *c; c++) /* the name is not UTF-8 */
			*c = isascii(*c) ? *c : '?';
	}
	item.json = dump(must(process));
	json_decref(process);
	items_add(items, item);
}

struct walk *take_snapshot(struct server *server, const char *api, uint64_t number)
{
	struct walk *walk = must(calloc(1, sizeof *walk));
	DIR *proc;
	struct dirent *entry;
	int64_t time = epoch_ms();

	walk->api = api;
	walk->number = number;
	if (server->file.count) {
		walk->items = server->file;
		walk->is_borrowed = true;
	} else if ((proc = opendir("/proc"))) {
		while ((entry = readdir(proc)))
			if (isdigit((unsigned char)entry->d_name[0]))
				read_process(&walk->items, entry->d_name, number, time);
		closedir(proc);
	}
	for (size_t i = 0; i < walk->items.count; i++)
		walk->checksum += fnv1a(walk->items.at[i].id);
	return walk;
}

void walk_free(struct walk *walk)
{
	if (!walk)
		return;
	if (!walk->is_borrowed)
		items_finish(&walk->items);
	free(walk);
}
