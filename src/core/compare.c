/* Equality, order, hash and printing of values. See weir/value.h. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <weir/value.h>

#include "base/allocator.h"
#include "core/block.h"

/* Numbers of different kinds are compared without losing a bit. */
static int compare_numbers(weir_value left, weir_value right)
{
	enum weir_kind left_kind = weir_kind(left);
	enum weir_kind right_kind = weir_kind(right);

	if (left_kind == right_kind) {
		if (left_kind == WEIR_KIND_INT)
			return (left.as.integer > right.as.integer) - (left.as.integer < right.as.integer);
		if (left_kind == WEIR_KIND_UINT)
			return (left.as.natural > right.as.natural) - (left.as.natural < right.as.natural);
		if (isnan(left.as.real) || isnan(right.as.real))
			return isnan(left.as.real) - isnan(right.as.real);
		return (left.as.real > right.as.real) - (left.as.real < right.as.real);
	}
	if (left_kind != WEIR_KIND_DOUBLE && right_kind != WEIR_KIND_DOUBLE)
		return left_kind == WEIR_KIND_UINT ? 1 : -1;
	if (right_kind != WEIR_KIND_DOUBLE)
		return -compare_numbers(right, left);

	/* An integer and a double: compare with the double's integer part, then with its fraction. */
	double real = right.as.real;

	if (isnan(real) || real >= 18446744073709551616.0)
		return -1;
	if (real < -9223372036854775808.0)
		return 1;

	double whole = floor(real);
	weir_value floored = whole < 9223372036854775808.0 ? weir_int((int64_t)whole) : weir_uint((uint64_t)whole);
	int order = compare_numbers(left, floored);

	return order != 0 ? order : -(real > whole);
}

static bool equal_arrays(weir_value left, weir_value right)
{
	struct weir_iterator left_items = weir_iterate(left);
	struct weir_iterator right_items = weir_iterate(right);
	weir_value left_item;
	weir_value right_item;

	if (left_items.count != right_items.count)
		return false;
	while (weir_iterator_next(&left_items, NULL, &left_item)) {
		weir_iterator_next(&right_items, NULL, &right_item);
		if (!weir_equal(left_item, right_item))
			return false;
	}
	return true;
}

/* From here on, a map is what its iterator has still to give: in any order, and keys may occur twice. */

enum {
	/* So few members are compared each with each; more of them in a table, or a sender could choose the time it takes. */
	FEW_MEMBERS = 16,
};

static bool same_member(struct weir_iterator left, weir_value key, weir_value item)
{
	weir_value own_key;
	weir_value own_item;

	return weir_iterator_next(&left, &own_key, &own_item) && weir_equal(own_key, key) && weir_equal(own_item, item);
}

static size_t count_member(struct weir_iterator members, weir_value key, weir_value item)
{
	size_t count = 0;

	for (; members.index < members.count; weir_iterator_next(&members, NULL, NULL))
		count += same_member(members, key, item);
	return count;
}

static bool equal_each_with_each(struct weir_iterator left, struct weir_iterator right)
{
	struct weir_iterator members = left;
	weir_value key;
	weir_value item;

	while (weir_iterator_next(&members, &key, &item))
		if (count_member(left, key, item) != count_member(right, key, item))
			return false;
	return true;
}

struct member_slot {
	uint64_t hash;
	struct weir_iterator member; /* that comes next */
	bool is_taken;
	bool is_matched;
};

/* The slot of an equal member that has no match yet, or a free one. */
static struct member_slot *find_member(
	struct member_slot *slots, size_t mask, uint64_t hash, weir_value key, weir_value item)
{
	for (size_t index = hash & mask;; index = (index + 1) & mask) {
		struct member_slot *slot = &slots[index];

		if (!slot->is_taken ||
			(!slot->is_matched && slot->hash == hash && same_member(slot->member, key, item)))
			return slot;
	}
}

static uint64_t hash_member(weir_value key, weir_value item)
{
	return weir_hash(item) + 3 * weir_hash(key);
}

static bool equal_by_table(
	struct weir_iterator left, struct weir_iterator right, struct member_slot *slots, size_t mask)
{
	weir_value key;
	weir_value item;

	while (left.index < left.count) {
		struct weir_iterator member = left;

		weir_iterator_next(&left, &key, &item);

		uint64_t hash = hash_member(key, item);
		size_t index = hash & mask;

		while (slots[index].is_taken)
			index = (index + 1) & mask;
		slots[index] = (struct member_slot){ .hash = hash, .member = member, .is_taken = true };
	}
	while (weir_iterator_next(&right, &key, &item)) {
		struct member_slot *slot = find_member(slots, mask, hash_member(key, item), key, item);

		if (!slot->is_taken)
			return false;
		slot->is_matched = true;
	}
	return true;
}

static bool equal_in_any_order(struct weir_iterator left, struct weir_iterator right)
{
	size_t count = left.count - left.index;
	size_t mask = 1;

	if (count <= FEW_MEMBERS)
		return equal_each_with_each(left, right);
	while (mask < 2 * count)
		mask = mask << 1 | 1;

	struct member_slot *slots = weir_allocate((mask + 1) * sizeof *slots);

	if (slots == NULL)
		return equal_each_with_each(left, right);
	memset(slots, 0, (mask + 1) * sizeof *slots);

	bool equal = equal_by_table(left, right, slots, mask);

	weir_deallocate(slots);
	return equal;
}

static bool equal_maps(weir_value left, weir_value right)
{
	struct weir_iterator left_members = weir_iterate(left);
	struct weir_iterator right_members = weir_iterate(right);
	weir_value key;
	weir_value item;

	if (left_members.count != right_members.count)
		return false;
	/* Most maps that are equal come from one program, in one order. */
	for (;;) {
		struct weir_iterator left_member = left_members;
		struct weir_iterator right_member = right_members;

		if (!weir_iterator_next(&left_members, &key, &item))
			return true;
		weir_iterator_next(&right_members, NULL, NULL);
		if (!same_member(right_member, key, item))
			return equal_in_any_order(left_member, right_member);
	}
}

bool weir_equal(weir_value left, weir_value right)
{
	enum weir_kind kind = weir_kind(left);

	if (left.tag == right.tag && left.as.natural == right.as.natural)
		return true;
	if (weir_is_number(left) && weir_is_number(right))
		return compare_numbers(left, right) == 0;
	if (kind != weir_kind(right))
		return false;

	size_t left_length;
	size_t right_length;
	const void *left_bytes = weir_as_bytes(left, &left_length);
	const void *right_bytes = weir_as_bytes(right, &right_length);

	switch (kind) {
	case WEIR_KIND_NIL:
		return true;
	case WEIR_KIND_BOOL:
		return left.as.integer == right.as.integer;
	case WEIR_KIND_EXT:
		if (weir_ext_type(left) != weir_ext_type(right))
			return false;
		/* fall through */
	case WEIR_KIND_STR:
	case WEIR_KIND_BIN:
		return left_length == right_length && memcmp(left_bytes, right_bytes, left_length) == 0;
	case WEIR_KIND_ARRAY:
		return equal_arrays(left, right);
	case WEIR_KIND_MAP:
		return equal_maps(left, right);
	default:
		return left.as.pointer == right.as.pointer;
	}
}

static int compare_arrays(weir_value left, weir_value right)
{
	struct weir_iterator left_items = weir_iterate(left);
	struct weir_iterator right_items = weir_iterate(right);
	weir_value left_item;
	weir_value right_item;

	for (;;) {
		bool left_more = weir_iterator_next(&left_items, NULL, &left_item);
		bool right_more = weir_iterator_next(&right_items, NULL, &right_item);

		if (!left_more || !right_more)
			return left_more - right_more;

		int order = weir_compare(left_item, right_item);

		if (order != 0)
			return order;
	}
}

/* The member with the least key above `*after`, or the least of all for NULL; of a key that stands twice the first. */
static bool next_in_order(weir_value map, const weir_value *after, struct weir_member *ret_member)
{
	struct weir_iterator members = weir_iterate(map);
	struct weir_member member;
	bool found = false;

	while (weir_iterator_next(&members, &member.key, &member.value)) {
		if ((after != NULL && weir_compare(member.key, *after) <= 0) ||
			(found && weir_compare(member.key, ret_member->key) >= 0))
			continue;
		*ret_member = member;
		found = true;
	}
	return found;
}

/* By sorted members, as equal maps may have different orders; without memory, so in quadratic time. */
static int compare_maps(weir_value left, weir_value right)
{
	struct weir_member left_member;
	struct weir_member right_member;
	weir_value last;
	const weir_value *after = NULL;

	for (;;) {
		bool left_more = next_in_order(left, after, &left_member);
		bool right_more = next_in_order(right, after, &right_member);

		if (!left_more || !right_more)
			return left_more - right_more;

		int order = weir_compare(left_member.key, right_member.key);

		if (order == 0)
			order = weir_compare(left_member.value, right_member.value);
		if (order != 0)
			return order;
		last = left_member.key;
		after = &last;
	}
}

int weir_compare(weir_value left, weir_value right)
{
	enum weir_kind left_kind = weir_kind(left);
	enum weir_kind right_kind = weir_kind(right);

	if (weir_is_number(left) && weir_is_number(right))
		return compare_numbers(left, right);
	if (left_kind != right_kind)
		return left_kind < right_kind ? -1 : 1;
	switch (left_kind) {
	case WEIR_KIND_NIL:
		return 0;
	case WEIR_KIND_BOOL:
		return (int)(left.as.integer - right.as.integer);
	case WEIR_KIND_ARRAY:
		return compare_arrays(left, right);
	case WEIR_KIND_MAP:
		return compare_maps(left, right);
	case WEIR_KIND_STR:
	case WEIR_KIND_BIN:
	case WEIR_KIND_EXT: {
		size_t left_length;
		size_t right_length;
		const void *left_bytes = weir_as_bytes(left, &left_length);
		const void *right_bytes = weir_as_bytes(right, &right_length);
		int order = weir_ext_type(left) - weir_ext_type(right);

		if (order == 0)
			order = memcmp(
				left_bytes, right_bytes, left_length < right_length ? left_length : right_length);
		return order != 0 ? order : (left_length > right_length) - (left_length < right_length);
	}
	default:
		return (left.as.natural > right.as.natural) - (left.as.natural < right.as.natural);
	}
}

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit. */
static uint64_t mix(uint64_t bits)
{
	bits ^= bits >> 30;
	bits *= UINT64_C(0xbf58476d1ce4e5b9);
	bits ^= bits >> 27;
	bits *= UINT64_C(0x94d049bb133111eb);
	return bits ^ bits >> 31;
}

/* So that nobody outside can choose keys that collide. */
static uint64_t hash_seed(void)
{
	static const char anchor;

	return (uint64_t)(uintptr_t)&anchor * UINT64_C(0x9e3779b97f4a7c15);
}

static uint64_t hash_bytes(const unsigned char *bytes, size_t length)
{
	uint64_t hash = hash_seed() ^ length;

	while (length >= 8) {
		uint64_t word;

		memcpy(&word, bytes, 8);
		hash = mix(hash ^ word);
		bytes += 8;
		length -= 8;
	}

	uint64_t rest = 0;

	memcpy(&rest, bytes, length);
	return mix(hash ^ rest ^ UINT64_C(0x9e3779b97f4a7c15));
}

static uint64_t hash_container(weir_value container)
{
	struct weir_iterator items = weir_iterate(container);
	bool ordered = weir_kind(container) == WEIR_KIND_ARRAY;
	uint64_t hash = hash_seed() ^ items.count;
	weir_value key;
	weir_value item;

	while (weir_iterator_next(&items, &key, &item)) {
		uint64_t own = weir_hash(item) + 3 * weir_hash(key);

		hash = ordered ? mix(hash ^ own) : hash + mix(own);
	}
	return mix(hash);
}

static __attribute__((noinline)) uint64_t hash_any(weir_value value)
{
	int64_t integer;
	size_t length;
	const void *bytes;

	switch (weir_kind(value)) {
	case WEIR_KIND_NIL:
		return hash_seed();
	case WEIR_KIND_DOUBLE:
		/* A double that equals an integer must hash as that integer. */
		if (weir_to_int(value, &integer))
			return weir_hash(weir_int(integer));
		if (value.as.real >= 9223372036854775808.0 && value.as.real < 18446744073709551616.0)
			return weir_hash(weir_uint((uint64_t)value.as.real));
		return isnan(value.as.real) ? hash_seed() + 1 : mix(value.as.natural ^ hash_seed());
	case WEIR_KIND_BOOL:
		return mix((uint64_t)value.as.integer + 2 * hash_seed());
	case WEIR_KIND_ARRAY:
	case WEIR_KIND_MAP:
		return hash_container(value);
	case WEIR_KIND_STR:
	case WEIR_KIND_BIN:
	case WEIR_KIND_EXT:
		bytes = weir_as_bytes(value, &length);
		return hash_bytes(bytes, length);
	default:
		return mix(value.as.natural ^ hash_seed());
	}
}

/* Integers are most of what is hashed. */
uint64_t weir_hash(weir_value value)
{
	return WEIR_LIKELY(value.tag == WEIR_KIND_INT) ? mix(value.as.natural ^ hash_seed()) : hash_any(value);
}

struct printer {
	char *buffer;
	size_t size;
	size_t length;
	bool full;
};

static const char ellipsis[] = "…";

/* All or nothing, always leaving room for the ellipsis and the terminator. */
static void print_text(struct printer *printer, const char *text, size_t length)
{
	if (printer->full)
		return;
	if (printer->length + length + sizeof ellipsis > printer->size) {
		printer->full = true;
		if (printer->length + sizeof ellipsis <= printer->size) {
			memcpy(printer->buffer + printer->length, ellipsis, sizeof ellipsis - 1);
			printer->length += sizeof ellipsis - 1;
		}
		return;
	}
	memcpy(printer->buffer + printer->length, text, length);
	printer->length += length;
}

WEIR_PRINTF(2, 3) static void print_format(struct printer *printer, const char *format, ...)
{
	char text[64];
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (length > 0)
		print_text(printer, text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

static void print_string(struct printer *printer, const char *text, size_t length)
{
	print_text(printer, "\"", 1);
	for (size_t index = 0; index < length && !printer->full;) {
		unsigned char first = (unsigned char)text[index];
		size_t width = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

		if (first == '"' || first == '\\')
			print_format(printer, "\\%c", first);
		else if (first < 0x20 || first == 0x7f)
			print_format(printer, "\\u%04x", first);
		else
			print_text(printer, text + index, width < length - index ? width : length - index);
		index += width;
	}
	print_text(printer, "\"", 1);
}

static void print_value(struct printer *printer, weir_value value, int depth);

static void print_container(struct printer *printer, weir_value container, int depth)
{
	bool is_map = weir_kind(container) == WEIR_KIND_MAP;
	struct weir_iterator items = weir_iterate(container);
	weir_value key;
	weir_value item;
	const char *separator = "";

	print_text(printer, is_map ? "{" : "[", 1);
	while (!printer->full && weir_iterator_next(&items, &key, &item)) {
		print_text(printer, separator, strlen(separator));
		separator = ", ";
		if (is_map) {
			print_value(printer, key, depth + 1);
			print_text(printer, ": ", 2);
		}
		print_value(printer, item, depth + 1);
	}
	print_text(printer, is_map ? "}" : "]", 1);
}

static void print_value(struct printer *printer, weir_value value, int depth)
{
	size_t length;
	const char *bytes;

	switch (weir_kind(value)) {
	case WEIR_KIND_NIL:
		print_text(printer, "nil", 3);
		break;
	case WEIR_KIND_BOOL:
		print_format(printer, "%s", value.as.integer ? "true" : "false");
		break;
	case WEIR_KIND_INT:
		print_format(printer, "%" PRId64, value.as.integer);
		break;
	case WEIR_KIND_UINT:
		print_format(printer, "%" PRIu64, value.as.natural);
		break;
	case WEIR_KIND_DOUBLE:
		print_format(printer, "%.15g", value.as.real);
		break;
	case WEIR_KIND_STR:
		bytes = weir_as_bytes(value, &length);
		print_string(printer, bytes, length);
		break;
	case WEIR_KIND_BIN:
		print_format(printer, "<%zu bytes>", weir_length(value));
		break;
	case WEIR_KIND_EXT:
		print_format(printer, "<ext %d, %zu bytes>", weir_ext_type(value), weir_length(value));
		break;
	case WEIR_KIND_ARRAY:
	case WEIR_KIND_MAP:
		if (depth > 16)
			print_text(printer, ellipsis, sizeof ellipsis - 1);
		else
			print_container(printer, value, depth);
		break;
	case WEIR_KIND_ERROR:
		print_format(printer, "<error %s>", weir_error_code_name(weir_error_code(weir_as_error(value))));
		break;
	case WEIR_KIND_OBJECT:
		print_format(printer, "<%s>", weir_as_observable(value) != NULL ? "observable" : "object");
		break;
	}
}

size_t weir_print(weir_value value, char *buffer, size_t size)
{
	struct printer printer = { .buffer = buffer, .size = size };

	if (size == 0)
		return 0;
	print_value(&printer, value, 0);
	buffer[printer.length] = '\0';
	return printer.length;
}
