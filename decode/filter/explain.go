package filter

import "strings"

// Explain says what a field, shorthand or function of the language is.
func Explain(what string) (string, bool) {
	for _, list := range [][]field{fields, shorthands} {
		for i := range list {
			if list[i].name == what {
				return "filter " + what + ": " + list[i].help + valuesOf(list[i].values) + ".", true
			}
		}
	}
	if f := sessionFieldByName[strings.TrimPrefix(what, sessionPrefix)]; f != nil {
		return "filter " + sessionPrefix + f.name + ": of the session: " + f.help + valuesOf(f.values) + ".", true
	}
	for _, f := range functions() {
		if f.name == strings.TrimSuffix(what, "()") {
			return "filter " + f.name + "(): " + f.help + ".", true
		}
	}
	if what == "args" {
		return "filter args: the AMF values of a command or data message: args[0].app.", true
	}
	return "", false
}

func valuesOf(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return "; one of " + strings.Join(values, ", ")
}

// Explained lists the names that [Explain] knows.
func Explained() (all []string) {
	all = append(names(fields), names(shorthands)...)
	for _, f := range functions() {
		all = append(all, f.name)
	}
	return append(append(all, "args"), sessionNames(sessionPrefix)...)
}
