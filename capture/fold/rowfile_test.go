package fold

import (
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

func TestRowFileGivesBackWhatWasAdded(t *testing.T) {
	const n = (residentPages+cachedPages+8)*session.PageSize + 77
	var s RowFile
	defer s.Close()
	for i := range n {
		s.Add(session.Row{Offset: int64(i) * 3, Timestamp: uint32(i)})
	}
	if s.out == 0 || s.failed != nil {
		t.Fatalf("%d pages in the file, %v", s.out, s.failed)
	}
	inMemory := 0
	for _, p := range s.pages {
		if p != nil {
			inMemory++
		}
	}
	if inMemory != residentPages || s.out != cachedPages+9 {
		t.Errorf("%d pages in memory, %d in the file", inMemory, s.out)
	}
	var readers sync.WaitGroup
	for reader := range 4 {
		readers.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(reader), 1))
			for range 400 { // a page is read for each that is not cached
				i := rng.IntN(n)
				if r := s.Row(i); r.Offset != int64(i)*3 || r.Timestamp != uint32(i) {
					t.Errorf("row %d: %+v", i, r)
					return
				}
			}
		})
	}
	readers.Wait()
	if len(s.cache) != cachedPages || len(s.recent) != cachedPages {
		t.Errorf("%d pages cached, %d known", len(s.cache), len(s.recent))
	}
}

// TestRowsHoldNoPointers: a row in the file is its bytes, so that a pointer in
// it would keep nothing alive and lead nowhere once it is read back.
func TestRowsHoldNoPointers(t *testing.T) {
	if where := pointer(reflect.TypeFor[session.Row]()); where != "" {
		t.Errorf("a row holds a pointer: %s", where)
	}
	type inner struct{ P *int }
	for _, bad := range []reflect.Type{reflect.TypeFor[*int](), reflect.TypeFor[string](), reflect.TypeFor[[]byte](),
		reflect.TypeFor[[2]struct{ inner }](), reflect.TypeFor[map[int]int](), reflect.TypeFor[any](), reflect.TypeFor[func()]()} {
		if pointer(bad) == "" {
			t.Errorf("%v passes for one without pointers", bad)
		}
	}
}

// pointer names the first part of a type that refers to other memory, "" when
// none does.
func pointer(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			if p := pointer(t.Field(i).Type); p != "" {
				return t.Field(i).Name + " " + p
			}
		}
	case reflect.Array:
		return pointer(t.Elem())
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8,
		reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
	default:
		return t.String()
	}
	return ""
}
