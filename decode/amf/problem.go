package amf

// The tokens of problems. They are stable: filters, exports and tests name
// them. Problems marked "ends reading" leave an Opaque or External value that
// reaches to the end of the body; the others are remarks and reading goes on.
const (
	StringPastEnd    = "string-past-end"
	ValuePastEnd     = "value-past-end"
	ArrayPastEnd     = "array-past-end"
	ObjectEndMissing = "object-end-missing"
	ObjectEndExtra   = "object-end-extra"
	TrailingZeros    = "trailing-zeros"
	ECMACount        = "ecma-count"
	EmptyName        = "empty-name"
	BooleanValue     = "boolean-value"
	UnknownMarker    = "unknown-marker"
	ReservedMarker   = "reserved-marker"
	VendorMarker     = "vendor-marker"
	DepthExceeded    = "depth"
	ValuesExceeded   = "values"
	ReferenceRange   = "reference-range"
	ReferenceCarried = "reference-carried"
	ReferenceBudget  = "reference-budget"
	U29Overlong      = "u29-overlong"
	Externalizable   = "externalizable"
	MoreProblems     = "more-problems"
)

// TokenInfo describes one problem token.
type TokenInfo struct {
	Token string
	Text  string // what it says, as a sentence
	Fatal bool   // nothing behind it in the same body is read
}

// tokens is the one table of problems, in the order of the constants.
var tokens = []TokenInfo{
	{StringPastEnd, "A string, name, XML or byte array is longer than what is left of the message.", true},
	{ValuePastEnd, "The message ends where a value begins or inside a value of fixed size.", true},
	{ArrayPastEnd, "The message ends before the declared number of elements.", true},
	{ObjectEndMissing, "The message ends before the end of an object or associative array; what is there is taken as the whole.", true},
	{ObjectEndExtra, "An object end marker stands where no object is open.", false},
	{TrailingZeros, "A few zero bytes follow the last value.", true},
	{ECMACount, "The declared count of an ECMA array differs from its members; the specification calls it approximate.", false},
	{EmptyName, "A member has an empty name; read as a member, not as the end of its object.", false},
	{BooleanValue, "A boolean is neither 0 nor 1; read as true.", false},
	{UnknownMarker, "No type has this marker.", true},
	{ReservedMarker, "The marker is reserved and has no defined body; read as one byte.", false},
	{VendorMarker, "The marker is a vendor's: 0x22, a 64-bit integer.", false},
	{DepthExceeded, "Containers are nested deeper than the limit.", true},
	{ValuesExceeded, "The message holds more values than the limit.", true},
	{ReferenceRange, "A reference names an entry that its table does not have.", false},
	{ReferenceCarried, "AMF3 references resolve only with the tables of the earlier AMF3 values of the message; the sender does not reset them.", false},
	{ReferenceBudget, "References repeat more text than a message may expand to; the text is left out.", false},
	{U29Overlong, "A variable length integer uses more bytes than it needs.", false},
	{Externalizable, "The class defines its own encoding; its length is unknown, so the rest of the message cannot be read.", true},
	{MoreProblems, "Further remarks about this message are left out.", false},
}

// Tokens returns every problem token with its description, in a fixed order.
// The slice is the caller's.
func Tokens() []TokenInfo { return append([]TokenInfo(nil), tokens...) }

// describe returns the sentence of a token.
func describe(token string) string {
	for i := range tokens {
		if tokens[i].Token == token {
			return tokens[i].Text
		}
	}
	return token
}
