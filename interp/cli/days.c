/* Calendar arithmetic as far as the program needs it itself. */
#include "cli/days.h"
#include <stddef.h>
#include <time.h>

enum { DAYS_BEFORE_1970 = 719162 }; /* since the first day of the year 1 */

static int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (leap && month == 2);
}

/* Days since 1970-01-01, counted year by year and month by month. */
static int32_t day_number(int year, int month, int day) {
    int before = year - 1;
    int32_t days = before * 365 + before / 4 - before / 100 + before / 400 - DAYS_BEFORE_1970;
    for (int m = 1; m < month; m++) {
        days += days_in_month(year, m);
    }
    return days + day - 1;
}

bool day_parse_text(const char *text, int32_t *out) {
    static const char form[] = "0000-00-00";
    int part[3] = {0}, at = 0;
    for (size_t i = 0; i < sizeof form; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == '0' ? !digit : text[i] != form[i]) {
            return false;
        }
        if (digit) {
            part[at] = part[at] * 10 + (text[i] - '0');
        } else {
            at++;
        }
        if (form[i] == '\0') {
            break;
        }
    }
    if (part[0] < 1 || part[1] < 1 || part[1] > 12 || part[2] < 1 ||
        part[2] > days_in_month(part[0], part[1])) {
        return false;
    }
    *out = day_number(part[0], part[1], part[2]);
    return true;
}

void day_text(int32_t day, char out[DAY_SIZE]) {
    int year = (day + DAYS_BEFORE_1970) / 366 + 1, month = 1; /* at most a few years too early */
    while (day_number(year + 1, 1, 1) <= day) {
        year++;
    }
    while (month < 12 && day_number(year, month + 1, 1) <= day) {
        month++;
    }
    const int parts[] = {year / 100, year % 100, month, day - day_number(year, month, 1) + 1};
    char *p = out;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (i > 1) {
            *p++ = '-';
        }
        *p++ = (char)('0' + parts[i] / 10 % 10);
        *p++ = (char)('0' + parts[i] % 10);
    }
    *p = '\0';
}

int32_t day_here(void) {
    time_t now = time(NULL);
    struct tm there, *here = localtime_r(&now, &there);
    return here ? day_number(here->tm_year + 1900, here->tm_mon + 1, here->tm_mday) : 0;
}
