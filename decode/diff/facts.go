package diff

import (
	"fmt"
	"slices"
	"strings"
)

// facts compares what two matched steps say.
func (c *comparison) facts(i int, s, t *step) {
	if f, g := s.fact("codec"), t.fact("codec"); f != nil && g != nil && f.value != g.value {
		c.fact(i, s, t, f, g) // what else differs lies in the nature of the codecs
		return
	}
	var onlyA, onlyB []*fact
	for k := range s.facts {
		f := &s.facts[k]
		g := t.fact(f.name)
		if g == nil {
			onlyA = append(onlyA, f)
			continue
		}
		c.fact(i, s, t, f, g)
	}
	for k := range t.facts {
		if g := &t.facts[k]; s.fact(g.name) == nil {
			onlyB = append(onlyB, g)
		}
	}
	onlyA, onlyB = c.misplaced(i, s, t, onlyA, onlyB)
	c.missing(i, s, t, onlyA, "A")
	c.missing(i, s, t, onlyB, "B")
	c.order(i, s, t)
}

// fact compares one fact of both.
func (c *comparison) fact(i int, s, t *step, f, g *fact) {
	switch {
	case f.kind != g.kind:
		c.tell(s.area, Notable, float64(i), s.place(), t.place(), "%s: the type of %s is %s in A and %s in B", s.title(), f.name, kindWords(f), kindWords(g))
	case f.chance || g.chance:
	case c.o.Names && f.value != g.value, !c.o.Names && f.shape != g.shape:
		c.tell(s.areaOf(f), f.weight, float64(i), s.place(), t.place(), "%s: %s is %s in A and %s in B", s.title(), f.name, f.value, g.value)
	}
}

func (s *step) areaOf(f *fact) Area {
	switch f.name {
	case "chunk stream ID":
		return Chunks
	}
	return s.area
}

// kindWords names a type with its value, if it has one.
func kindWords(f *fact) string {
	if f.value == "" || f.kind == string(f.value) {
		return f.kind
	}
	return fmt.Sprintf("%s (%s)", f.kind, f.value)
}

func (s *step) title() string { return "The " + s.from.String() + "'s " + s.short }

// misplaced tells of members that both have, at another place, and returns the
// facts that are left.
func (c *comparison) misplaced(i int, s, t *step, onlyA, onlyB []*fact) (restA, restB []*fact) {
	restB = onlyB
	for _, f := range onlyA {
		k := slices.IndexFunc(restB, func(g *fact) bool { return f.key != "" && g.key == f.key && g.kind == f.kind })
		if k < 0 {
			restA = append(restA, f)
			continue
		}
		c.tell(s.area, Notable, float64(i), s.place(), t.place(), "%s: %s stands in %s in A and in %s in B", s.title(), f.key, parent(f.name), parent(restB[k].name))
		restB = slices.Delete(slices.Clone(restB), k, k+1)
	}
	return restA, restB
}

func parent(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		return name[:i]
	}
	return name
}

// missing tells of facts that one session has alone: members of a container
// that is missing itself are not named.
func (c *comparison) missing(i int, s, t *step, only []*fact, where string) {
	var names []string
	weight := Minor
	for _, f := range only {
		if slices.ContainsFunc(only, func(g *fact) bool {
			return strings.HasPrefix(f.name, g.name+".") || strings.HasPrefix(f.name, g.name+"[")
		}) {
			continue
		}
		names = append(names, f.name)
		if f.key == "" || slices.Contains([]string{"app", "tcUrl", "code", "level"}, f.key) {
			weight = max(weight, f.weight)
		}
	}
	if len(names) > 0 {
		c.tell(s.area, weight, float64(i), s.place(), t.place(), "%s: only %s has %s", s.title(), where, list(names, 8))
	}
}

// order compares the order of the members that both have.
func (c *comparison) order(i int, s, t *step) {
	common := func(x, y *step) (out []string) {
		for k := range x.facts {
			if f := &x.facts[k]; f.key != "" && y.fact(f.name) != nil {
				out = append(out, f.name)
			}
		}
		return out
	}
	x, y := common(s, t), common(t, s)
	k := 0
	for k < len(x) && k < len(y) && x[k] == y[k] {
		k++
	}
	if k < len(x) && k < len(y) {
		c.tell(s.area, Minor, float64(i), s.place(), t.place(), "%s: the order of the keys differs: %s comes first in A and %s in B", s.title(), x[k], y[k])
	}
}

// list joins names, naming at most so many.
func list(names []string, most int) string {
	if len(names) > most {
		names = append(slices.Clone(names[:most]), fmt.Sprintf("%d more", len(names)-most))
	}
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
