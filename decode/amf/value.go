// Package amf reads and writes the Action Message Format, versions 0 and 3: the
// values inside RTMP command, data and shared object messages.
//
// Reading never fails. A value that runs past its bytes, nests too deeply or
// carries an unknown marker is kept as far as it goes; the rest of the bytes
// becomes a value of kind [Opaque] and a [Problem] says where and why. Every
// value knows the bytes that made it, so a hex view can point at them.
//
// Use: [Decode0] or [Decode3] for the values of a message, [Next0] for one of
// them; [AppendJSON], [AppendText] and [Fields] to show a Value; [Obj], [Str] and
// the like with [Append0] to write one. [Tokens] lists the problems.
//
// Values form a tree: references to objects are counted, checked and left as
// values of kind [Reference], never followed. AMF3 references to strings and
// traits are resolved, up to a limit on the text that they repeat.
//
// The package does no I/O, keeps no state between calls and does not know what
// a command is. Limits are given by the caller; their defaults stand in
// decode/limits.go. All functions are safe for concurrent use.
//
// Sources: Adobe AMF 0 (2007-12) and AMF 3 (2013-01) specifications.
package amf

// Kind says what a Value is, whatever the version that encoded it.
type Kind uint8

// The kinds of value. An AMF3 undefined, null, boolean, double, string, date,
// array and object have the same kind as their AMF0 counterpart.
const (
	Undefined Kind = iota
	Null
	Boolean
	Number      // AMF0 number, AMF3 double
	Integer     // AMF3 29-bit integer, also in Number
	String      // AMF0 string and long string, AMF3 string
	Object      // anonymous or typed object: Members, Class
	ECMAArray   // AMF0 ECMA array: Members, Count as declared
	StrictArray // AMF0 strict array: Items, Count as declared
	Array       // AMF3 array: Members is the associative, Items the dense part
	Date        // Number is milliseconds since the epoch, Zone minutes
	XML         // AMF0 XML document, AMF3 XMLDocument and XML: Text
	Reference   // to an earlier value, or an AMF3 string that cannot be had: Count is the index
	MovieClip   // reserved
	RecordSet   // reserved
	Unsupported // AMF0 marker 0x0D
	ByteArray   // AMF3: the bytes are [End-Count, End)
	Vector      // AMF3 vector of int, uint, double or object: Items, Class, Fixed
	Dictionary  // AMF3: Items holds key, value, key, value; Fixed is "weak keys"
	External    // AMF3 externalizable: Class, then Items or Count bytes nobody can read
	Opaque      // Count bytes that could not be read as a value
)

// Value is one AMF value and the half-open byte range [Start, End), marker
// included, of the body that made it. Strings are copies: a Value stays valid
// when the body is reused.
//
// A value that AMF0 marker 0x11 (AVM+) introduces is represented by the AMF3
// value itself: Version is 3, Marker the AMF3 marker, Switched is true and Start
// is the offset of the 0x11 byte, so that it stands in an AMF0 container or
// message like any other value.
type Value struct {
	Kind    Kind
	Version uint8 // 0 or 3
	// Marker is the type marker as on the wire. The elements of a Vector<int>,
	// <uint> and <double> have none; theirs is that of an integer or double.
	Marker   byte
	Bool     bool
	Fixed    bool
	Referred bool // AMF3: the string was given as a reference; Text is what it names
	Switched bool // marker 0x11 at Start precedes the AMF3 marker
	Zone     int16
	Count    uint32 // declared count or length, or the index of a reference
	Start    int
	End      int
	Number   float64 // Number, Integer, Date
	// Text is what a String, XML or ByteArray holds, as on the wire, not made
	// safe. For Opaque and External it is at most the first 64 of the bytes.
	Text    string
	Class   string // class name of a typed object, external or vector
	Members []Member
	Items   []Value
}

// Member is one named value of an object or array, in wire order; duplicate and
// empty names are kept. [NameStart, NameEnd) covers the length prefix and name
// and ends where the value begins, with two exceptions in AMF3: the names of
// sealed members stand together before the first value, and an object that
// refers to earlier traits has no bytes for them (NameStart = NameEnd).
type Member struct {
	Name               string
	NameStart, NameEnd int
	Value              Value
}

// Problem is one way in which bytes could not be taken at their word. Token is
// stable and names the path ("string-past-end"); Text is a sentence.
type Problem struct {
	Token  string
	Offset int
	Text   string
}

// Limits bound what one message may cost. Zero fields mean "no values at all",
// so callers start from decode.DefaultLimits.
type Limits struct {
	Depth  int // nested containers
	Values int // values in one message
}

// Get returns the first member with that name, or nil.
func (v *Value) Get(name string) *Value {
	for i := range v.Members {
		if v.Members[i].Name == name {
			return &v.Members[i].Value
		}
	}
	return nil
}
