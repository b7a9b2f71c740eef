package detail

import "github.com/rtmpscope/rtmpscope/decode/field"

// A field with parts is listed in one of three ways: folded, without them; open, with
// those that say something; and coded, with those too that are mere encoding: markers,
// lengths, ends. Everything begins open, so that each property of an object is one line.

// list rebuilds Nodes from the tree and what is folded.
func (d *Detail) list() {
	d.Nodes = d.Nodes[:0]
	d.listFields(d.Data.Fields, 0)
}

func (d *Detail) listFields(fields []field.Field, depth int) {
	for i := range fields {
		f := &fields[i]
		parts := d.parts(f)
		d.Nodes = append(d.Nodes, Node{Field: f, Depth: depth, Folded: len(f.Children) > 0 && len(parts) == 0})
		for _, p := range parts {
			d.listFields(f.Children[p:p+1], depth+1)
		}
	}
}

// parts are the children of a field that are listed now, by their index.
func (d *Detail) parts(f *field.Field) (list []int) {
	for i := range f.Children {
		if !d.folds[f] && (d.coded[f] || speaks(&f.Children[i])) {
			list = append(list, i)
		}
	}
	return list
}

// speaks reports whether a field says something besides how it is encoded.
func speaks(f *field.Field) bool { return !f.Encoding || f.Bad }

// Speaks reports whether some part of a field says something besides how it is encoded.
func Speaks(f *field.Field) bool {
	for i := range f.Children {
		if speaks(&f.Children[i]) {
			return true
		}
	}
	return false
}

// encodes reports whether some part of a field is mere encoding.
func encodes(f *field.Field) bool {
	for i := range f.Children {
		if !speaks(&f.Children[i]) {
			return true
		}
	}
	return false
}

// Fold folds the field under the cursor, or opens it; of one with nothing but its
// encoding that is listed or not.
func (d *Detail) Fold() {
	switch f := d.Selected(); {
	case f == nil || len(f.Children) == 0:
		return
	case Speaks(f):
		d.folds[f] = !d.folds[f]
	default:
		d.coded[f] = !d.coded[f]
	}
	d.relist(d.Selected())
}

// Unfold opens the field under the cursor, and shows its encoding when it is open.
func (d *Detail) Unfold() {
	switch f := d.Selected(); {
	case f == nil:
		return
	case d.folds[f]:
		d.folds[f] = false
	case encodes(f):
		d.coded[f] = true
	}
	d.relist(d.Selected())
}

// FoldOut undoes Unfold step by step, and then goes to the parent.
func (d *Detail) FoldOut() {
	switch f := d.Selected(); {
	case f == nil:
		return
	case d.coded[f] && !d.folds[f]:
		d.coded[f] = false
	case Speaks(f) && !d.folds[f]:
		d.folds[f] = true
	default:
		d.toParent()
		return
	}
	d.relist(d.Selected())
}

func (d *Detail) toParent() {
	if at := d.Parent(d.Cursor); at >= 0 {
		d.Cursor = at
	}
}

// Parent is the line of the field that holds that of a line, -1 when none does.
func (d *Detail) Parent(line int) int {
	for i := line - 1; i >= 0; i-- {
		if d.Nodes[i].Depth < d.Nodes[line].Depth {
			return i
		}
	}
	return -1
}

// Container is the parts of the field under the cursor, or of the innermost one that holds
// it and has parts that say something; all fields where none has.
func (d *Detail) Container() []field.Field {
	for at := d.Cursor; at >= 0 && at < len(d.Nodes); at = d.Parent(at) {
		if f := d.Nodes[at].Field; Speaks(f) {
			return f.Children
		}
	}
	return d.Data.Fields
}

// FoldAll leaves out how fields are encoded; where that is left out already, it folds
// every field, so that the outermost are left.
func (d *Detail) FoldAll() {
	if d.Data == nil {
		return
	}
	selected := d.Selected()
	if some(d.coded) {
		clear(d.coded)
		d.relist(selected)
		return
	}
	top := d.Cursor
	for ; top > 0 && top < len(d.Nodes) && d.Nodes[top].Depth > 0; top-- {
	}
	if top < len(d.Nodes) {
		selected = d.Nodes[top].Field
	}
	each(d.Data.Fields, func(f *field.Field) { d.folds[f] = Speaks(f) })
	d.relist(selected)
}

// UnfoldAll opens all fields; where they are open already, it shows how they are
// encoded. It reports whether there was something to do.
func (d *Detail) UnfoldAll() (changed bool) {
	if d.Data == nil {
		return false
	}
	selected := d.Selected()
	if some(d.folds) {
		clear(d.folds)
		d.relist(selected)
		return true
	}
	each(d.Data.Fields, func(f *field.Field) {
		if encodes(f) && !d.coded[f] {
			d.coded[f], changed = true, true
		}
	})
	if changed {
		d.relist(selected)
	}
	return changed
}

func some(set map[*field.Field]bool) bool {
	for _, in := range set {
		if in {
			return true
		}
	}
	return false
}

// each calls visit for all fields of a tree.
func each(fields []field.Field, visit func(*field.Field)) {
	for i := range fields {
		visit(&fields[i])
		each(fields[i].Children, visit)
	}
}

// relist lists the fields anew and stays at one of them, or at the innermost that is
// listed and holds it.
func (d *Detail) relist(selected *field.Field) {
	d.list()
	d.Cursor = 0
	for i, n := range d.Nodes { // the innermost comes last
		if n.Field == selected || selected != nil && holds(n.Field, selected) {
			d.Cursor = i
		}
	}
}

// holds reports whether a field is a part, at any depth, of another.
func holds(f, part *field.Field) bool {
	for i := range f.Children {
		if c := &f.Children[i]; c == part || holds(c, part) {
			return true
		}
	}
	return false
}
