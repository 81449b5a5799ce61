# SPDX-License-Identifier: GPL-3.0-or-later
# What every Eccrine target shares: the language, the warnings, the sanitizers, the include root.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_AUTOMOC OFF) # on per target, where Qt is used

find_program(ECCRINE_CCACHE ccache)
if(ECCRINE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${ECCRINE_CCACHE}")
endif()
find_package(Threads REQUIRED)

add_library(eccrine_common INTERFACE)
target_include_directories(eccrine_common INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(eccrine_common INTERFACE ECCRINE_VERSION="${PROJECT_VERSION}")
target_link_libraries(eccrine_common INTERFACE Threads::Threads)
target_compile_options(eccrine_common INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wdouble-promotion -Wformat=2
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> # g++ 12 sees overlaps in std::string + that are not there (GCC bug 105329)
  $<$<BOOL:${ECCRINE_WARNINGS_AS_ERRORS}>:-Werror>)
if(ECCRINE_SANITIZE)
  target_link_options(eccrine_common INTERFACE -fsanitize=${ECCRINE_SANITIZE})
  set(checked "$<NOT:$<BOOL:$<TARGET_PROPERTY:ECCRINE_UNCHECKED>>>") # see eccrine_unchecked
  target_compile_options(eccrine_common INTERFACE -g1 $<${checked}:-O1> $<${checked}:-fsanitize=${ECCRINE_SANITIZE}>
    $<${checked}:-fno-sanitize-recover=all> -fno-omit-frame-pointer
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>) # false under sanitizers: std::regex (GCC bug 105562)
endif()

# eccrine_unchecked(NAME): its own code, with what it takes inline from headers, is compiled without the sanitizers that what it is
# linked with has: a unit that is nothing but a header is run without them by its tests. Heavy templates, as
# matchers and options are, take three times as long to compile with them. Not for threads, where all code has to be followed.
function(eccrine_unchecked name)
  if(ECCRINE_SANITIZE AND NOT ECCRINE_SANITIZE MATCHES thread)
    set_target_properties(${name} PROPERTIES ECCRINE_UNCHECKED ON)
    target_compile_options(${name} PRIVATE -O0)
  endif()
endfunction()

# What most sources read of the standard library: parsed once for a target instead of once for each of its files.
set(ECCRINE_STANDARD_HEADERS <algorithm> <array> <chrono> <cmath> <cstdint> <filesystem> <fstream> <functional> <map> <memory> <optional>
  <span> <string> <string_view> <utility> <variant> <vector>)

# eccrine_precompile(NAME HEADERS...): not of optimised product code, nor under the thread sanitizer, where g++ 12 then finds overflows in std::string + that are
# not there (GCC bug 105651) and that it is silent about in a system header
function(eccrine_precompile name)
  get_target_property(is_test ${name} ECCRINE_TEST_CODE)
  if(ECCRINE_PRECOMPILED_HEADERS AND NOT ECCRINE_SANITIZE MATCHES thread AND (ECCRINE_SANITIZE OR is_test))
    target_precompile_headers(${name} PRIVATE ${ARGN})
  endif()
endfunction()

# eccrine_test_code(NAME [HEADERS...]): an executable or library that only tests are made of
function(eccrine_test_code name)
  set_target_properties(${name} PROPERTIES ECCRINE_TEST_CODE ON)
  eccrine_unchecked(${name})
  if(NOT ECCRINE_SANITIZE)
    target_compile_options(${name} PRIVATE -O0)
  endif()
  eccrine_precompile(${name} ${ARGN} ${ECCRINE_STANDARD_HEADERS})
endfunction()

# eccrine_library(NAME SOURCES... [DEPENDS targets...] [QT components... as Qt6::X] [INTERFACE])
function(eccrine_library name)
  cmake_parse_arguments(ARG "INTERFACE" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  if(ARG_INTERFACE)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE eccrine_common ${ARG_DEPENDS})
  else()
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC eccrine_common ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS})
  endif()
endfunction()

# eccrine_register_tests(NAME [LABELS unit] [TIMEOUT seconds] [PROCESSORS 1]) : what ctest runs of a GoogleTest executable. Each test is
# an entry of its own; under a sanitizer, where starting a process is what takes the time, the executable is one entry.
function(eccrine_register_tests name)
  cmake_parse_arguments(ARG "" "TIMEOUT;LABELS;PROCESSORS" "" ${ARGN})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(NOT ARG_PROCESSORS)
    set(ARG_PROCESSORS 1)
  endif()
  if(ECCRINE_SANITIZE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABELS} TIMEOUT 1200 PROCESSORS ${ARG_PROCESSORS})
  else()
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES LABELS ${ARG_LABELS} TIMEOUT ${ARG_TIMEOUT}
      PROCESSORS ${ARG_PROCESSORS})
  endif()
endfunction()

# eccrine_test(NAME SOURCES... DEPENDS... [LABELS unit] [TIMEOUT seconds]) : one GoogleTest executable, registered as above
function(eccrine_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT;LABELS" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} eccrine_common GTest::gtest GTest::gmock GTest::gtest_main)
  eccrine_test_code(${name} <gmock/gmock.h> <gtest/gtest.h>)
  eccrine_register_tests(${name} LABELS "${ARG_LABELS}" TIMEOUT "${ARG_TIMEOUT}")
endfunction()
