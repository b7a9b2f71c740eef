package amf

var kindNames = [...]string{
	Undefined: "undefined", Null: "null", Boolean: "boolean", Number: "number", Integer: "integer",
	String: "string", Object: "object", ECMAArray: "ECMA array", StrictArray: "strict array",
	Array: "array", Date: "date", XML: "XML", Reference: "reference", MovieClip: "movieclip",
	RecordSet: "recordset", Unsupported: "unsupported", ByteArray: "byte array", Vector: "vector",
	Dictionary: "dictionary", External: "externalizable", Opaque: "unread bytes",
}

// String returns the kind in words: "strict array".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown kind"
}

// typeName is what a specification calls a marker and the section that says so.
type typeName struct{ name, section string }

var typeNames0 = [...]typeName{
	marker0Number: {"Number", "2.2"}, marker0Boolean: {"Boolean", "2.3"}, marker0String: {"String", "2.4"},
	marker0Object: {"Object", "2.5"}, marker0MovieClip: {"Movieclip", "2.6"}, marker0Null: {"null", "2.7"},
	marker0Undefined: {"undefined", "2.8"}, marker0Reference: {"Reference", "2.9"},
	marker0ECMAArray: {"ECMA Array", "2.10"}, marker0ObjectEnd: {"Object End", "2.11"},
	marker0StrictArray: {"Strict Array", "2.12"}, marker0Date: {"Date", "2.13"},
	marker0LongString: {"Long String", "2.14"}, marker0Unsupported: {"Unsupported", "2.15"},
	marker0RecordSet: {"RecordSet", "2.16"}, marker0XMLDocument: {"XML Document", "2.17"},
	marker0TypedObject: {"Typed Object", "2.18"}, marker0AVMPlus: {"AVM+", "3.1"},
}

var typeNames3 = [...]typeName{
	marker3Undefined: {"undefined", "3.2"}, marker3Null: {"null", "3.3"}, marker3False: {"false", "3.4"},
	marker3True: {"true", "3.5"}, marker3Integer: {"integer", "3.6"}, marker3Double: {"double", "3.7"},
	marker3String: {"String", "3.8"}, marker3XMLDocument: {"XMLDocument", "3.9"}, marker3Date: {"Date", "3.10"},
	marker3Array: {"Array", "3.11"}, marker3Object: {"Object", "3.12"}, marker3XML: {"XML", "3.13"},
	marker3ByteArray: {"ByteArray", "3.14"}, marker3VectorInt: {"Vector<int>", "3.15"},
	marker3VectorUint: {"Vector<uint>", "3.15"}, marker3VectorDouble: {"Vector<double>", "3.15"},
	marker3VectorObject: {"Vector<Object>", "3.15"}, marker3Dictionary: {"Dictionary", "3.16"},
}

// TypeName returns what the specification of v's version calls its type:
// "ECMA Array", "Vector<int>". For bytes that could not be read it returns
// "unread bytes".
func TypeName(v *Value) string {
	name, _ := typeOf(v)
	return name
}

// typeOf returns the type and the section that defines it, if any.
func typeOf(v *Value) (name, source string) {
	table, title := typeNames0[:], "AMF0 §"
	if v.Version == 3 {
		table, title = typeNames3[:], "AMF3 §"
	}
	switch {
	case v.Kind == Opaque:
		return v.Kind.String(), ""
	case v.Version == 0 && v.Marker == marker0Int64:
		return "Int64", "Wireshark"
	case int(v.Marker) >= len(table):
		return v.Kind.String(), ""
	}
	return table[v.Marker].name, title + table[v.Marker].section
}
