package check

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// members collects the names of JSON members of a type and all types in it.
func members(t reflect.Type, into map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		members(t.Elem(), into)
	case reflect.Struct:
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			into[name] = true
			members(t.Field(i).Type, into)
		}
	}
}

// TestJSONIsDocumented wants every member of the JSON in docs/check.md.
func TestJSONIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/check.md")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	members(reflect.TypeFor[jsonResult](), all)
	if len(all) < 50 {
		t.Errorf("only %d members were found", len(all))
	}
	for name := range all {
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("%q is not in docs/check.md", name)
		}
	}
}
