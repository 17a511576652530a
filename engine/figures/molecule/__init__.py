"""Pictures of molecules: 3D views, drawings, GIF."""
