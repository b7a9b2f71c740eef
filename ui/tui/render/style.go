package render

// Role is what a cell means; a theme decides how that looks.
type Role uint8

// The roles.
const (
	Normal     Role = iota
	Faint           // what may be overlooked: lines, units, chunk headers
	Brand           // the program's name
	Rule            // the heading line of a pane
	RuleFocus       // the same, of the pane with the focus
	Column          // column headings
	FromClient      // what the client sends
	FromServer      // what the server sends
	Phase           // phase headings
	Media           // runs of audio and video
	Answer          // which request is answered, and how fast
	Good
	Warn
	Trouble // what must not be overlooked
	Banner  // the same, where it stands in a list
	KeyCap  // a key in the footer and the help
	Name    // field names
	Value   // field values
	Symbol  // what the specification calls a value
	Source  // where it says so
	Lit     // bytes of the field under the cursor
	Secret  // masked bytes
	Ask     // a question in the footer
	Roles   // how many there are
)

// Mark is laid over a role.
type Mark uint8

// The marks.
const (
	Selected Mark = 1 << iota // under the selection of the pane with the focus
	Resting                   // under the selection of another pane
	Match                     // found by the search
	Alarm                     // the row reports trouble
)

// Style is how a cell looks.
type Style struct {
	Role Role
	Mark Mark
}

func role(r Role) Style { return Style{Role: r} }
