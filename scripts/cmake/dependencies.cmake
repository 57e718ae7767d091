# The libraries that libpathways stands on, as imported targets pathways::{hdf5,cjson,isal,gsl,math}.
# Included by the build and, installed beside the package files, by find_package(pathways).
# Sets PATHWAYS_MISSING to a sentence if something is not there.
find_package(PkgConfig QUIET)
set(PATHWAYS_MISSING "")

# A target from the folders that pkg-config names, else from the usual ones.
function(pathways_import name header libraries modules package)
  if(TARGET pathways::${name})
    return()
  endif()
  if(PkgConfig_FOUND)
    pkg_search_module(PATHWAYS_${name} QUIET ${modules})
  endif()
  find_path(PATHWAYS_${name}_INCLUDE ${header}
    HINTS ${PATHWAYS_${name}_INCLUDE_DIRS} PATH_SUFFIXES hdf5/serial)
  set(paths "")
  foreach(library IN LISTS libraries)
    find_library(PATHWAYS_${library}_LIBRARY NAMES ${library}
      HINTS ${PATHWAYS_${name}_LIBRARY_DIRS} PATH_SUFFIXES hdf5/serial)
    mark_as_advanced(PATHWAYS_${library}_LIBRARY)
    list(APPEND paths ${PATHWAYS_${library}_LIBRARY})
  endforeach()
  mark_as_advanced(PATHWAYS_${name}_INCLUDE)
  string(REGEX MATCHALL "NOTFOUND" lost "${paths};${PATHWAYS_${name}_INCLUDE}")
  if(lost)
    string(APPEND PATHWAYS_MISSING "  ${name}: ${header}, lib${libraries} (Debian package ${package})\n")
    set(PATHWAYS_MISSING "${PATHWAYS_MISSING}" PARENT_SCOPE)
    return()
  endif()
  add_library(pathways::${name} INTERFACE IMPORTED)
  set_target_properties(pathways::${name} PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${PATHWAYS_${name}_INCLUDE}"
    INTERFACE_LINK_LIBRARIES "${paths}")
endfunction()

# hdf5_hl first: it needs hdf5.
pathways_import(hdf5 hdf5.h "hdf5_hl;hdf5" "hdf5-serial;hdf5" libhdf5-dev)
pathways_import(cjson cjson/cJSON.h "cjson" "libcjson" libcjson-dev)
pathways_import(isal isa-l.h "isal" "libisal" libisal-dev)
pathways_import(gsl gsl/gsl_multifit_nlinear.h "gsl;gslcblas" "gsl" libgsl-dev)

find_library(PATHWAYS_m_LIBRARY m)
mark_as_advanced(PATHWAYS_m_LIBRARY)
if(NOT TARGET pathways::math)
  add_library(pathways::math INTERFACE IMPORTED)
  if(PATHWAYS_m_LIBRARY)
    set_target_properties(pathways::math PROPERTIES INTERFACE_LINK_LIBRARIES m)
  endif()
endif()
