/* HTTP-date. See http_date.h. */
#include "io/http_date.h"

#include <string.h>

static const int64_t seconds_per_day = 86400;
static const int64_t second_ns = 1000000000;

struct date {
	int year, month, day, hour, minute, second; /* month from 1 */
};

static bool take(struct weir_header_text *text, const char *literal)
{
	size_t length = strlen(literal);

	if (text->length < length ||
		!weir_header_text_equals((struct weir_header_text){ text->bytes, length }, literal, length))
		return false;
	text->bytes += length;
	text->length -= length;
	return true;
}

/* One of the names, all of the same length; *ret_index counts from 0. */
static bool take_abbreviation(struct weir_header_text *text, const char *names, int *ret_index)
{
	char name[4] = { 0 };

	for (int i = 0; *names; i++, names += 3) {
		memcpy(name, names, 3);
		if (take(text, name)) {
			*ret_index = i;
			return true;
		}
	}
	return false;
}

static bool take_day_name(struct weir_header_text *text)
{
	int index;

	return take_abbreviation(text, "SunMonTueWedThuFriSat", &index);
}

static bool take_full_day_name(struct weir_header_text *text)
{
	return take(text, "Sunday") || take(text, "Monday") || take(text, "Tuesday") || take(text, "Wednesday") ||
	       take(text, "Thursday") || take(text, "Friday") || take(text, "Saturday");
}

static bool take_month(struct weir_header_text *text, int *ret_month)
{
	int index;

	if (!take_abbreviation(text, "JanFebMarAprMayJunJulAugSepOctNovDec", &index))
		return false;
	*ret_month = index + 1;
	return true;
}

static bool take_digits(struct weir_header_text *text, int count, int *ret_number)
{
	int number = 0;

	if (text->length < (size_t)count)
		return false;
	for (int i = 0; i < count; i++) {
		if (text->bytes[i] < '0' || text->bytes[i] > '9')
			return false;
		number = number * 10 + (text->bytes[i] - '0');
	}
	text->bytes += count;
	text->length -= (size_t)count;
	*ret_number = number;
	return true;
}

static bool take_time(struct weir_header_text *text, struct date *date)
{
	return take_digits(text, 2, &date->hour) && take(text, ":") && take_digits(text, 2, &date->minute) &&
	       take(text, ":") && take_digits(text, 2, &date->second);
}

static bool read_fixdate(struct weir_header_text text, struct date *date)
{
	return take_day_name(&text) && take(&text, ", ") && take_digits(&text, 2, &date->day) && take(&text, " ") &&
	       take_month(&text, &date->month) && take(&text, " ") && take_digits(&text, 4, &date->year) &&
	       take(&text, " ") && take_time(&text, date) && take(&text, " GMT") && text.length == 0;
}

static bool read_asctime(struct weir_header_text text, struct date *date)
{
	return take_day_name(&text) && take(&text, " ") && take_month(&text, &date->month) && take(&text, " ") &&
	       (take_digits(&text, 2, &date->day) || (take(&text, " ") && take_digits(&text, 1, &date->day))) &&
	       take(&text, " ") && take_time(&text, date) && take(&text, " ") && take_digits(&text, 4, &date->year) &&
	       text.length == 0;
}

/* The year has two digits. */
static bool read_rfc850(struct weir_header_text text, struct date *date)
{
	return take_full_day_name(&text) && take(&text, ", ") && take_digits(&text, 2, &date->day) &&
	       take(&text, "-") && take_month(&text, &date->month) && take(&text, "-") &&
	       take_digits(&text, 2, &date->year) && take(&text, " ") && take_time(&text, date) &&
	       take(&text, " GMT") && text.length == 0;
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar, for year >= 0: years begin in March, so the leap day is
 * the last of its year. */
static int64_t days_since_epoch(int year, int month, int day)
{
	int64_t shifted_year = month > 2 ? year : year - 1;
	int64_t shifted_month = month > 2 ? month - 3 : month + 9;
	int64_t day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
	int64_t leap_days = (shifted_year + 400) / 4 - (shifted_year + 400) / 100 + (shifted_year + 400) / 400 - 97;

	return shifted_year * 365 + leap_days + day_of_year - 719468;
}

/* From 1970 to 9999; moments before and after count as these. */
static int year_of(int64_t seconds)
{
	int64_t days = seconds < 0 ? 0 : seconds / seconds_per_day;
	int year = days <= days_since_epoch(9999, 1, 1) ? 1970 + (int)(days / 365) : 9999;

	while (days_since_epoch(year, 1, 1) > days)
		year--;
	return year;
}

static bool is_leap_year(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool exists(const struct date *date)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int last_day = days[date->month - 1] + (date->month == 2 && is_leap_year(date->year));

	return date->day >= 1 && date->day <= last_day && date->hour <= 23 && date->minute <= 59 && date->second <= 60;
}

bool weir_http_date_parse(struct weir_header_text text, int64_t now_seconds, int64_t *ret_seconds)
{
	struct date date;

	text = weir_header_text_trim(text);
	if (!read_fixdate(text, &date) && !read_asctime(text, &date)) {
		int last_year = year_of(now_seconds) + 50;

		if (!read_rfc850(text, &date))
			return false;
		date.year += last_year / 100 * 100;
		if (date.year > last_year)
			date.year -= 100;
	}
	if (!exists(&date))
		return false;
	*ret_seconds = days_since_epoch(date.year, date.month, date.day) * seconds_per_day + date.hour * 3600 +
		       date.minute * 60 + date.second;
	return true;
}

int64_t weir_http_response_time(struct weir_header_text date, int64_t wall_clock_ns)
{
	int64_t seconds;

	if (!weir_http_date_parse(date, wall_clock_ns / second_ns, &seconds))
		return wall_clock_ns;
	if (seconds < INT64_MIN / second_ns || seconds > INT64_MAX / second_ns - 1)
		return wall_clock_ns;
	return seconds * second_ns;
}
