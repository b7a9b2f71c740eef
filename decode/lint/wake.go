package lint

import "slices"

// wanted lists for each signal the rules that subscribe to it, as indices into
// table. A rule is set up for a session when the first of its signals comes: a
// session whose framing is never lost does not pay for the rules about that.
var wanted [signals][]int

// init asks every rule once what it subscribes to. It runs after all of them
// have registered.
func init() {
	for i := range table {
		v := &view{judge: New(Config{})}
		if r := &table[i]; r.watch != nil {
			r.watch(v, &reporter{view: v, rule: r})
		}
		for s := range v.hooks {
			if len(v.hooks[s]) > 0 {
				wanted[s] = append(wanted[s], i)
			}
		}
	}
}

// wake sets up the rules that want a signal.
func (v *view) wake(s signal) {
	v.woken[s] = true
	if v.ended {
		return
	}
	if v.up == nil {
		v.up = make([]bool, len(table))
	}
	v.hooks[s] = slices.Grow(v.hooks[s], len(wanted[s]))
	asleep := make([]reporter, 0, len(wanted[s]))
	for _, i := range wanted[s] {
		if v.up[i] || slices.Contains(v.judge.config.off, table[i].ID) {
			continue
		}
		v.up[i] = true
		asleep = append(asleep, reporter{view: v, rule: &table[i]})
		table[i].watch(v, &asleep[len(asleep)-1])
	}
}
