"""What of the standard library and the packages goes into the bundle, and what stays out.

The whole standard library is in, for programs that are run with the bundled Python; out are its
tests, what needs a Tk that isn't there, and what serves building extensions. Of Qt only what a
window with widgets needs. Patterns are globs relative to the folder named.
"""

from __future__ import annotations

STANDARD_LIBRARY = (
    "test",
    "idlelib",
    "tkinter",
    "turtledemo",
    "turtle.py",
    "ensurepip/_bundled",
    "lib2to3/tests",
    "*/test",
    "*/tests",
    "config-*",
    "site-packages",
    "dist-packages",
    "EXTERNALLY-MANAGED",
    "sitecustomize.py",
    "lib-dynload/_tkinter*",
    "lib-dynload/_test*",
    "lib-dynload/_xxtest*",
    "lib-dynload/xxlimited*",
    # Needs libtirpc and libnsl; gone from Python 3.13.
    "lib-dynload/nis.*",
    "**/__pycache__",
)

PACKAGES = (
    "bin",
    "**/__pycache__",
    "**/*.pyi",
    "**/tests",
    "numpy/f2py",
    "numpy/_core/include",
    "numpy/_core/lib",
    "numpy/_pyinstaller",
    "numpy/random/lib",
    "numpy/random/*.pxd",
    "numpy/**/*.pyx",
    "pyqtgraph/examples",
    "pyqtgraph/opengl",
    "pyqtgraph/jupyter",
    "pygments/lexers/*.py",
    "pygments/styles/*.py",
    "numpy/distutils",
    "numpy/_core/_simd*",
    "numpy/typing/tests",
    "PySide6/*.so",
    "PySide6/*.abi3.so",
    "PySide6/Qt/*",
    "PySide6/include",
    "PySide6/typesystems",
    "PySide6/glue",
    "PySide6/designer",
    "PySide6/doc",
    "PySide6/scripts",
    "PySide6/support/deploy*",
    *(
        f"PySide6/{tool}"
        for tool in (
            "assistant", "balsam", "balsamui", "designer", "linguist", "lrelease", "lupdate",
            "qmlcachegen", "qmlformat", "qmlimportscanner", "qmllint", "qmlls", "qmltyperegistrar",
            "qsb", "rcc", "svgtoqml", "uic",
        )
    ),
    "PySide6/libpyside6qml*",
)  # fmt: skip

# Kept although a pattern above matches it.
KEPT = (
    *(
        f"pygments/{module}.py"
        for module in (
            "lexers/__init__", "lexers/_mapping", "lexers/python", "lexers/special",
            "styles/__init__", "styles/_mapping", "styles/default",
        )
    ),
    *(
        f"PySide6/{module}.abi3.so"
        for module in (
            "QtCore", "QtGui", "QtWidgets", "QtSvg", "QtOpenGL", "QtOpenGLWidgets", "QtTest",
        )
    ),
    *(
        f"PySide6/Qt/lib/libQt6{module}.so.6"
        for module in (
            "Core", "Gui", "Widgets", "Svg", "OpenGL", "OpenGLWidgets", "Test", "DBus", "XcbQpa",
            "WaylandClient",
        )
    ),
    "PySide6/Qt/lib/libicu*",
    "PySide6/Qt/plugins/platforms/libq*xcb*",
    "PySide6/Qt/plugins/platforms/libqoffscreen*",
    "PySide6/Qt/plugins/platforms/libqminimal*",
    "PySide6/Qt/plugins/platforms/libqwayland*",
    "PySide6/Qt/plugins/wayland-*/*",
    "PySide6/Qt/plugins/iconengines/libqsvgicon*",
    "PySide6/Qt/plugins/imageformats/libqsvg*",
    "PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal*",
    "PySide6/Qt/plugins/platforminputcontexts/*",
    "PySide6/Qt/plugins/xcbglintegrations/*",
    "PySide6/Qt/translations/qtbase_zh_CN*",
    "PySide6/**/*.abi3.so.*",
    "PySide6/libpyside6.abi3.so*",
)  # fmt: skip

# Shared libraries of the system that are not taken along: the C and C++ libraries must be at least
# as new as the graphics driver wants them, and what the driver itself is made of must be its own.
SYSTEM_LIBRARIES = (
    "ld-linux*", "libc.so*", "libm.so*", "libdl.so*", "librt.so*", "libpthread.so*", "libutil.so*",
    "libresolv.so*", "libnsl.so*", "linux-vdso*", "libGL.so*", "libGLX.so*", "libEGL.so*",
    "libOpenGL.so*", "libGLdispatch.so*", "libdrm.so*", "libgbm.so*", "libX11.so*",
    "libX11-xcb.so*", "libxcb.so*", "libXau.so*", "libXdmcp.so*", "libbsd.so*", "libmd.so*",
    "libwayland-egl.so*",
    "libstdc++.so*", "libgcc_s.so*",
)  # fmt: skip
