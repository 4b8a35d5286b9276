/* X-RateLimit-* and RateLimit. See rate_limit_headers.h. */
#include "io/rate_limit_headers.h"

#include <string.h>

static const uint64_t largest_number = INT64_MAX / 10;

static bool read_number(struct weir_header_text text, uint64_t *ret_whole, int64_t *ret_nanoseconds)
{
	size_t digits;

	text = weir_header_text_trim(text);
	digits = weir_header_text_number(text, largest_number, ret_whole, ret_nanoseconds);
	return digits > 0 && (digits == text.length || memchr(",; \t", text.bytes[digits], 4));
}

static int64_t reset_delay_ns(uint64_t whole, int64_t fraction_ns, int64_t now_ns, int64_t maximum_ns)
{
	const uint64_t epoch_seconds_above = 1000000000, epoch_milliseconds_above = 1000000000000;
	int64_t moment_ns;

	if (whole <= epoch_seconds_above)
		return weir_header_nanoseconds(whole, fraction_ns, maximum_ns);
	if (whole > epoch_milliseconds_above)
		moment_ns = weir_header_nanoseconds(whole / 1000, (int64_t)(whole % 1000) * 1000000, INT64_MAX);
	else
		moment_ns = weir_header_nanoseconds(whole, fraction_ns, INT64_MAX);
	if (moment_ns <= now_ns)
		return 0;
	if (now_ns < 0 && moment_ns > INT64_MAX + now_ns)
		return maximum_ns;
	return moment_ns - now_ns < maximum_ns ? moment_ns - now_ns : maximum_ns;
}

int weir_x_rate_limit_parse(struct weir_header_text limit, struct weir_header_text remaining,
	struct weir_header_text reset, int64_t now_ns, int64_t maximum_ns, struct weir_rate_limit *ret_limit,
	char *message)
{
	uint64_t whole;
	int64_t fraction_ns;
	int result = 0;

	*ret_limit = (struct weir_rate_limit){ 0 };
	if (limit.bytes) {
		ret_limit->has_limit = read_number(limit, &whole, &fraction_ns);
		if (ret_limit->has_limit)
			ret_limit->limit = whole;
		else
			result = weir_header_failure(message, "rate limit is not a number", limit);
	}
	if (remaining.bytes) {
		ret_limit->has_remaining = read_number(remaining, &whole, &fraction_ns);
		if (ret_limit->has_remaining)
			ret_limit->remaining = whole;
		else
			result = weir_header_failure(message, "rate limit's remaining is not a number", remaining);
	}
	if (reset.bytes) {
		ret_limit->has_reset = read_number(reset, &whole, &fraction_ns);
		if (ret_limit->has_reset)
			ret_limit->reset_ns = reset_delay_ns(whole, fraction_ns, now_ns, maximum_ns);
		else
			result = weir_header_failure(message, "rate limit's reset is not a number", reset);
	}
	return result;
}

/* One member of either field's list. */
struct quota {
	struct weir_header_text name; /* as written, without its quotes */
	uint64_t remaining, reset_seconds, limit, window_seconds;
	bool has_remaining, has_reset, has_limit, has_window;
	bool is_in_other_unit;
};

enum { MAX_QUOTAS = 16 };

static bool starts_with(struct weir_header_text rest, char c)
{
	return rest.length > 0 && rest.bytes[0] == c;
}

static void advance(struct weir_header_text *rest, size_t count)
{
	rest->bytes += count;
	rest->length -= count;
}

static void skip(struct weir_header_text *rest, const char *set)
{
	while (rest->length > 0 && memchr(set, rest->bytes[0], strlen(set)))
		advance(rest, 1);
}

/* The rest starts with a quote. */
static bool take_string(struct weir_header_text *rest, struct weir_header_text *ret_inside)
{
	advance(rest, 1);
	*ret_inside = *rest;
	while (rest->length > 0 && !starts_with(*rest, '"')) {
		if (rest->bytes[0] < ' ' || rest->bytes[0] > '~')
			return false;
		if (starts_with(*rest, '\\')) {
			advance(rest, 1);
			if (!starts_with(*rest, '"') && !starts_with(*rest, '\\'))
				return false;
		}
		advance(rest, 1);
	}
	if (rest->length == 0)
		return false;
	ret_inside->length = (size_t)(rest->bytes - ret_inside->bytes);
	advance(rest, 1);
	return true;
}

/* Any bare item of RFC 9651 §3.3 but strings and display strings. Its inner grammar is not checked: only integers are
 * looked at. */
static struct weir_header_text take_word(struct weir_header_text *rest)
{
	struct weir_header_text word = { rest->bytes, 0 };

	while (rest->length > 0 && !memchr(" \t,;\"()", rest->bytes[0], 7)) {
		advance(rest, 1);
		word.length++;
	}
	return word;
}

static bool read_integer(struct weir_header_text word, uint64_t *ret_number)
{
	const size_t most_digits = 15; /* RFC 9651 §3.3.1 */
	int64_t fraction_ns;

	return word.length > 0 && word.length <= most_digits &&
	       weir_header_text_number(word, largest_number, ret_number, &fraction_ns) == word.length &&
	       !memchr(word.bytes, '.', word.length);
}

static bool take_parameter_key(struct weir_header_text *rest, struct weir_header_text *ret_key)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz*";
	static const char later[] = "abcdefghijklmnopqrstuvwxyz*0123456789_-.";

	*ret_key = (struct weir_header_text){ rest->bytes, 0 };
	if (rest->length == 0 || !memchr(first, rest->bytes[0], sizeof first - 1))
		return false;
	skip(rest, later);
	ret_key->length = (size_t)(rest->bytes - ret_key->bytes);
	return true;
}

static bool take_parameter(struct weir_header_text *rest, struct quota *quota)
{
	struct weir_header_text key, value = { "", 0 };
	uint64_t *number = NULL;
	bool *has_number = NULL;
	bool is_string = false;

	skip(rest, " ");
	if (!take_parameter_key(rest, &key))
		return false;
	if (starts_with(*rest, '=')) {
		advance(rest, 1);
		if (starts_with(*rest, '"')) {
			is_string = true;
			if (!take_string(rest, &value))
				return false;
			if (weir_header_text_equals(key, "qu", 2))
				quota->is_in_other_unit =
					!weir_header_text_equals(value, "requests", strlen("requests"));
		} else {
			value = take_word(rest);
			if (value.length == 0)
				return false;
		}
	}
	if (key.length != 1)
		return true;
	switch (key.bytes[0]) {
	case 'r':
		number = &quota->remaining;
		has_number = &quota->has_remaining;
		break;
	case 't':
		number = &quota->reset_seconds;
		has_number = &quota->has_reset;
		break;
	case 'q':
		number = &quota->limit;
		has_number = &quota->has_limit;
		break;
	case 'w':
		number = &quota->window_seconds;
		has_number = &quota->has_window;
		break;
	default:
		return true;
	}
	*has_number = true;
	return !is_string && read_integer(value, number);
}

static bool take_quota(struct weir_header_text *rest, struct quota *quota)
{
	*quota = (struct quota){ 0 };
	if (starts_with(*rest, '"')) {
		if (!take_string(rest, &quota->name))
			return false;
	} else {
		quota->name = take_word(rest);
		if (quota->name.length == 0)
			return false;
	}
	while (starts_with(*rest, ';')) {
		advance(rest, 1);
		if (!take_parameter(rest, quota))
			return false;
	}
	return true;
}

/* Returns the number of quotas, or -1 if the list is malformed. */
static int read_quotas(struct weir_header_text list, struct quota quotas[MAX_QUOTAS])
{
	struct weir_header_text rest = weir_header_text_trim(list);
	int count = 0;

	while (rest.length > 0) {
		if (count == MAX_QUOTAS || !take_quota(&rest, &quotas[count]))
			return -1;
		count++;
		skip(&rest, " \t");
		if (rest.length == 0)
			break;
		if (!starts_with(rest, ','))
			return -1;
		advance(&rest, 1);
		skip(&rest, " \t");
		if (rest.length == 0)
			return -1;
	}
	return count;
}

static bool is_less_per_second(uint64_t a, uint64_t a_seconds, uint64_t b, uint64_t b_seconds)
{
	double left = (double)a / (double)(a_seconds > 0 ? a_seconds : 1);
	double right = (double)b / (double)(b_seconds > 0 ? b_seconds : 1);

	return left < right || (left <= right && a_seconds > b_seconds);
}

static const struct quota *find_quota(const struct quota *quotas, int count, struct weir_header_text name)
{
	for (int i = 0; i < count; i++)
		if (quotas[i].name.length == name.length && memcmp(quotas[i].name.bytes, name.bytes, name.length) == 0)
			return &quotas[i];
	return NULL;
}

static const struct quota *tightest_state(
	const struct quota *states, int state_count, const struct quota *policies, int policy_count)
{
	const struct quota *tightest = NULL;

	for (int i = 0; i < state_count; i++) {
		const struct quota *state = &states[i];
		const struct quota *policy = find_quota(policies, policy_count, state->name);

		if (!state->has_remaining || state->is_in_other_unit || (policy && policy->is_in_other_unit))
			continue;
		if (!tightest || is_less_per_second(state->remaining, state->reset_seconds, tightest->remaining,
					 tightest->reset_seconds))
			tightest = state;
	}
	return tightest;
}

static const struct quota *tightest_policy(const struct quota *policies, int count)
{
	const struct quota *tightest = NULL;

	for (int i = 0; i < count; i++) {
		const struct quota *policy = &policies[i];

		if (!policy->has_limit || policy->is_in_other_unit)
			continue;
		if (!tightest || is_less_per_second(policy->limit, policy->window_seconds, tightest->limit,
					 tightest->window_seconds))
			tightest = policy;
	}
	return tightest;
}

int weir_rate_limit_parse(struct weir_header_text rate_limit, struct weir_header_text policy, int64_t maximum_ns,
	struct weir_rate_limit *ret_limit, char *message)
{
	struct quota states[MAX_QUOTAS], policies[MAX_QUOTAS];
	const struct quota *state, *rule;
	int state_count, policy_count;

	*ret_limit = (struct weir_rate_limit){ 0 };
	state_count = read_quotas(rate_limit, states);
	if (state_count < 0)
		return weir_header_failure(message, "malformed RateLimit field", rate_limit);
	policy_count = read_quotas(policy, policies);
	if (policy_count < 0)
		return weir_header_failure(message, "malformed RateLimit-Policy field", policy);
	state = tightest_state(states, state_count, policies, policy_count);
	rule = state ? find_quota(policies, policy_count, state->name) : tightest_policy(policies, policy_count);
	if (state) {
		ret_limit->remaining = state->remaining;
		ret_limit->has_remaining = true;
		ret_limit->has_reset = state->has_reset;
		ret_limit->reset_ns = weir_header_nanoseconds(state->reset_seconds, 0, maximum_ns);
	}
	if (rule) {
		ret_limit->limit = rule->limit;
		ret_limit->has_limit = rule->has_limit;
		ret_limit->has_window = rule->has_window;
		ret_limit->window_ns = weir_header_nanoseconds(rule->window_seconds, 0, maximum_ns);
	}
	return 0;
}
