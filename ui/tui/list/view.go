package list

// View is one list of lines with what is selected in it and what is in sight.
type View struct {
	Lines
	Sel    int // position of the selection
	Top    int // position of the first line in sight
	Follow bool
	seek   int // row to select as soon as it has been read, or 0
}

// Grow reads new rows and keeps the end in sight in follow mode.
func (v *View) Grow(tl Timeline, height int) {
	v.Read(tl)
	switch {
	case v.Follow:
		v.seek, v.Sel = 0, max(v.Len()-1, 0)
		v.Show(height)
	case v.seek > 0 && (v.next > v.seek || v.Unread(tl) == 0):
		v.Sel, v.seek = v.Find(v.seek, tl), 0
		v.Show(height)
	}
}

// Move selects another position; a step that does not reach the end ends follow mode.
func (v *View) Move(to, height int) {
	v.seek = 0
	v.Sel = clamp(to, 0, max(v.Len()-1, 0))
	if v.Sel < v.Len()-1 {
		v.Follow = false
	}
	v.Show(height)
}

// Show scrolls as little as brings the selection into sight.
func (v *View) Show(height int) {
	v.Top = ScrollTo(v.Top, v.Sel, v.Len(), height)
}

// Scroll moves what is in sight and leaves the selection alone.
func (v *View) Scroll(by, height int) {
	v.Top = clamp(v.Top+by, 0, max(v.Len()-height, 0))
	if by < 0 {
		v.Follow = false
	}
}

// ScrollTo returns the top line nearest to top with which sel is in sight and
// no line is wasted below the end. A pane that is not shown stays as it was.
func ScrollTo(top, sel, length, height int) int {
	if height < 1 {
		return top
	}
	top = clamp(top, sel-height+1, sel)
	return clamp(top, 0, max(length-height, 0))
}

func clamp(v, low, high int) int { return max(min(v, high), low) }

// Seek selects a row as soon as it has been read; 0 takes that back.
func (v *View) Seek(row int) { v.seek = row }

// HasRead reports whether a row has been taken in.
func (v *View) HasRead(row int) bool { return row < v.next }
