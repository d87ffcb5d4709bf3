/* Terms and the days of periods in the VM: what asks the calendar for more than arithmetic.
 *
 * Terms are rows of a table, which the host reads when they are first needed. */
#include "base/position.h"
#include "run/machine.h"

static bool need_calendar(struct vm *vm) {
    enum status status = vm->host.calendar_ready ? vm->host.calendar_ready(vm->host.user) : ST_OK;
    if (status != ST_OK)
        vm->status = status;
    return status == ST_OK;
}

OPERATION(term_of_day) {
    UNUSED(r);
    if (!need_calendar(vm))
        return false;
    int64_t term = period_of(&vm->session->calendar, (enum grain)i->c, s[i->b].i);
    s[i->a].i = term == PERIOD_NONE ? 0 : term;
    s[i->a + 1].i = term == PERIOD_NONE ? MISSING : PRESENT;
    return true;
}

/* No day lies in a missing period, which is 0. */
static bool put_days(struct vm *vm, union word *to, int64_t from, int64_t last) {
    const struct calendar *calendar = &vm->session->calendar;
    to[0].i = 1;
    to[1].i = 0;
    if (!from || !last)
        return true;
    bool term = grain_is_term(period_grain(from)) || grain_is_term(period_grain(last));
    if (term && !need_calendar(vm))
        return false;
    if (!periods_days(calendar, from, last, GRAIN_NONE, &to[0].i, &to[1].i)) {
        char text[24];
        period_print(calendar, text, period_is_known(calendar, from) ? last : from);
        vm_fail(vm, ST_FAILED, E0344, "the calendar has no %s", text);
        return false;
    }
    to[1].i--;
    return true;
}

OPERATION(days_of_period) {
    UNUSED(r);
    int64_t period = s[i->b].i;
    return put_days(vm, &s[i->a], period, period);
}

OPERATION(days_of_periods) {
    UNUSED(r);
    int64_t from = s[i->b].i, last = s[i->b + 1].i;
    return put_days(vm, &s[i->a], from, last);
}

/* ---- facts that are dated by periods ---- */

OPERATION(day_of_fact) {
    UNUSED(r);
    const struct calendar *calendar = &vm->session->calendar;
    int64_t period = s[i->b].i;
    enum grain grain = (enum grain)i->c;
    union word days[2];
    if (!put_days(vm, days, period, period))
        return false;
    s[i->a].i = days[1].i;
    bool one = grain == GRAIN_NONE ||
               period_of(calendar, grain, days[0].i) == period_of(calendar, grain, days[1].i);
    if (!one) {
        char text[24];
        period_print(calendar, text, period);
        vm_fail(vm, ST_FAILED, E0413, "facts dated %s lie in no one %s: ask `over %s`", text,
                grain_name(grain), grain_name(period_grain(period)));
    }
    return one;
}

OPERATION(fact_within_days) {
    UNUSED(r);
    int64_t period = s[i->b].i, from = s[i->c].i, last = s[i->c + 1].i;
    union word days[2];
    if (!put_days(vm, days, period, period))
        return false;
    bool begins = days[0].i >= from && days[0].i <= last;
    bool ends = days[1].i >= from && days[1].i <= last;
    bool over = days[0].i < from && days[1].i > last;
    s[i->a].i = begins && ends;
    if (begins != ends || over) {
        char text[24];
        period_print(&vm->session->calendar, text, period);
        vm_fail(vm, ST_FAILED, E0413, "only a part of %s, which dates facts, is asked for", text);
    }
    return begins == ends && !over;
}
